#include "net/connector.h"

#include <doctest/doctest.h>
#include <netinet/tcp.h>
#include <sys/un.h>

#include <cerrno>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "net/endpoint.h"
#include "worker_fixture.h"

using namespace grotto;        // NOLINT: a test of one layer
using namespace grotto::test;  // NOLINT

namespace {

/// Keeps what it is told.
class Waiter final : public ConnectorHandler {
 public:
  void on_connected(int fd) override {
    ++told;
    connected = Fd(fd);
    if (on_told) on_told();
  }
  void on_connect_failed(int error) override {
    ++told;
    errors.push_back(error);
    if (on_told) on_told();
  }
  int told = 0;
  Fd connected;
  std::vector<int> errors;
  std::function<void()> on_told;
};

class ConnectorFixture {
 public:
  ConnectorFixture() : connector(std::make_unique<Connector>(worker.worker(), waiter)) {}
  ~ConnectorFixture() {
    worker.on_worker([&] { connector.reset(); });
    worker.stop();
  }
  ConnectorFixture(const ConnectorFixture&) = delete;
  ConnectorFixture& operator=(const ConnectorFixture&) = delete;

  void start(const Endpoint& target, const Endpoint* source = nullptr,
             std::uint64_t timeout_ms = 10'000) {
    worker.on_worker([&] { connector->start(target, source, timeout_ms); });
  }
  bool is_told(int times = 1) {
    return worker.becomes([&] { return waiter.told >= times; });
  }

  Waiter waiter;
  WorkerFixture worker;
  std::unique_ptr<Connector> connector;
};

Endpoint endpoint_of(const std::string& text) {
  const auto made = Endpoint::resolve(text, SOCK_STREAM);
  REQUIRE(made.has_value());
  return *made;
}

/// A listening socket that accepts nobody by itself.
struct Listening {
  explicit Listening(const std::string& where, int backlog = 8) {
    const Endpoint wanted = endpoint_of(where);
    fd = Fd(::socket(wanted.family(), SOCK_STREAM, 0));
    REQUIRE(::bind(fd.get(), wanted.address(), wanted.address_size()) == 0);
    REQUIRE(::listen(fd.get(), backlog) == 0);
    endpoint = wanted.is_unix() ? wanted : Endpoint::bound_to(fd.get());
  }
  [[nodiscard]] Fd accept() const {
    pollfd waiting{fd.get(), POLLIN, 0};
    REQUIRE(::poll(&waiting, 1, 5'000) == 1);
    return Fd(::accept(fd.get(), nullptr, nullptr));
  }
  Fd fd;
  Endpoint endpoint;
};

/// A path for a socket, in a directory that is removed with it.
class SocketPath {
 public:
  SocketPath() {
    std::string name = (std::filesystem::temp_directory_path() / "grotto-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    directory_ = name;
  }
  SocketPath(const SocketPath&) = delete;
  SocketPath& operator=(const SocketPath&) = delete;
  ~SocketPath() { std::filesystem::remove_all(directory_); }
  [[nodiscard]] std::string endpoint() const { return "unix:" + directory_ + "/s"; }

 private:
  std::string directory_;
};

/// Connections that nobody accepts, so many that the next one must wait.
std::vector<Fd> fill(const Endpoint& target) {
  std::vector<Fd> waiting;
  for (int i = 0; i < 64; ++i) {
    waiting.emplace_back(::socket(target.family(), SOCK_STREAM, 0));
    set_nonblocking(waiting.back().get());
    if (::connect(waiting.back().get(), target.address(), target.address_size()) == 0) continue;
    pollfd one{waiting.back().get(), POLLOUT, 0};
    if (errno == EAGAIN || ::poll(&one, 1, 50) == 0) return waiting;
  }
  FAIL("the backlog has no end");
  return waiting;
}

}  // namespace

TEST_CASE("Connector: a listener is connected to, with a socket fit for use") {
  for (const char* where : {"127.0.0.1:0", "[::1]:0"}) {
    ConnectorFixture fixture;
    const Listening listening(where);
    fixture.start(listening.endpoint);
    REQUIRE(fixture.is_told());
    CHECK(fixture.waiter.errors.empty());
    const Fd near = listening.accept();
    const int fd = fixture.waiter.connected.get();
    CHECK((::fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
    CHECK((::fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
    int no_delay = 0;
    socklen_t size = sizeof no_delay;
    CHECK(::getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &no_delay, &size) == 0);
    CHECK(no_delay != 0);
    fixture.waiter.connected.send_all("kaixo");
    fixture.waiter.connected.end_output();
    std::string heard;
    CHECK(near.read_to_end(heard));
    CHECK(heard == "kaixo");
  }
}

TEST_CASE("Connector: what it hands over is registered nowhere") {
  ConnectorFixture fixture;
  const Listening listening("127.0.0.1:0");
  fixture.start(listening.endpoint);
  REQUIRE(fixture.is_told());
  const Fd near = listening.accept();
  const auto story = fixture.worker.adopt(std::move(fixture.waiter.connected), echo());
  near.send_all("x");
  CHECK(fixture.worker.becomes([&] { return story->bytes == "x"; }));
}

TEST_CASE("Connector: where nobody listens, it says refused") {
  ConnectorFixture fixture;
  std::optional<Listening> listening(std::in_place, "127.0.0.1:0");
  const Endpoint target = listening->endpoint;
  listening.reset();
  fixture.start(target);
  REQUIRE(fixture.is_told());
  CHECK(fixture.waiter.errors == std::vector{ECONNREFUSED});
}

TEST_CASE("Connector: who never answers is given up at the deadline, and not before") {
  ConnectorFixture fixture;
  const Listening listening("127.0.0.1:0", 0);
  const std::vector<Fd> waiting = fill(listening.endpoint);
  const std::uint64_t begun = Worker::now_ns();
  fixture.start(listening.endpoint, nullptr, 200);
  CHECK(fixture.worker.on_worker([&] { return fixture.waiter.told; }) == 0);
  REQUIRE(fixture.is_told());
  CHECK(fixture.waiter.errors == std::vector{ETIMEDOUT});
  CHECK(Worker::now_ns() - begun >= 199'000'000);
}

TEST_CASE("Connector: a connection that stands later than at once is handed over") {
  ConnectorFixture fixture;
  const Listening listening("127.0.0.1:0", 0);
  std::vector<Fd> waiting = fill(listening.endpoint);
  fixture.start(listening.endpoint);
  CHECK(fixture.worker.on_worker([&] { return fixture.waiter.told; }) == 0);
  // Room is made; the kernel asks again within a second or three.
  for (std::size_t i = 0; i + 1 < waiting.size(); ++i) listening.accept().reset();
  waiting.clear();
  REQUIRE(fixture.is_told());
  CHECK(fixture.waiter.errors.empty());
  CHECK(fixture.waiter.connected.get() >= 0);
}

TEST_CASE("Connector: the source address is used, and one that is not ours is refused") {
  ConnectorFixture fixture;
  const Listening listening("127.0.0.1:0");
  SUBCASE("when it is ours") {
    const Endpoint source = endpoint_of("127.0.0.9:0");
    fixture.start(listening.endpoint, &source);
    REQUIRE(fixture.is_told());
    REQUIRE(fixture.waiter.errors.empty());
    const Endpoint used = Endpoint::bound_to(fixture.waiter.connected.get());
    CHECK(used.to_string().starts_with("127.0.0.9:"));
  }
  SUBCASE("when it is not") {
    const Endpoint source = endpoint_of("192.0.2.1:0");
    fixture.start(listening.endpoint, &source);
    REQUIRE(fixture.is_told());
    CHECK(fixture.waiter.errors == std::vector{EADDRNOTAVAIL});
  }
  SUBCASE("when it is of another family") {
    const Endpoint source = endpoint_of("[::1]:0");
    fixture.start(listening.endpoint, &source);
    REQUIRE(fixture.is_told());
    CHECK(fixture.waiter.errors.size() == 1);
  }
}

TEST_CASE("Connector: destroyed while under way it is silent and leaves no descriptor") {
  ConnectorFixture fixture;
  const Listening listening("127.0.0.1:0", 0);
  const std::vector<Fd> waiting = fill(listening.endpoint);
  const auto next_fd = [] {
    const Fd probe(::socket(AF_INET, SOCK_STREAM, 0));
    return probe.get();
  };
  const int before = next_fd();
  fixture.start(listening.endpoint, nullptr, 100);
  CHECK(next_fd() != before);
  fixture.worker.on_worker([&] { fixture.connector.reset(); });
  CHECK(next_fd() == before);
  ::poll(nullptr, 0, 150);
  CHECK(fixture.worker.on_worker([&] { return fixture.waiter.told; }) == 0);
}

TEST_CASE("Connector: may be started again by its handler, and destroyed there") {
  ConnectorFixture fixture;
  const Listening listening("127.0.0.1:0");
  const Endpoint source = endpoint_of("192.0.2.1:0");
  SUBCASE("when a failure is followed by another try") {
    fixture.waiter.on_told = [&] {
      if (fixture.waiter.told == 1) fixture.connector->start(listening.endpoint, nullptr, 1'000);
    };
    fixture.start(listening.endpoint, &source);
    REQUIRE(fixture.is_told(2));
    CHECK(fixture.waiter.errors.size() == 1);
    CHECK(fixture.waiter.connected.get() >= 0);
  }
  SUBCASE("when it is destroyed in the call") {
    fixture.waiter.on_told = [&] { fixture.connector.reset(); };
    fixture.start(listening.endpoint);
    REQUIRE(fixture.is_told());
  }
}

TEST_CASE("Connector: a unix socket is connected to") {
  ConnectorFixture fixture;
  const SocketPath path;
  SUBCASE("when somebody listens there") {
    const Listening listening(path.endpoint());
    fixture.start(listening.endpoint);
    REQUIRE(fixture.is_told());
    CHECK(fixture.waiter.errors.empty());
  }
  SUBCASE("when there is nothing") {
    fixture.start(endpoint_of(path.endpoint()));
    REQUIRE(fixture.is_told());
    CHECK(fixture.waiter.errors == std::vector{ENOENT});
  }
}

TEST_CASE("Connector: a unix socket whose listener is full is asked again until the deadline") {
  ConnectorFixture fixture;
  const SocketPath path;
  const Listening listening(path.endpoint(), 0);
  std::vector<Fd> waiting = fill(listening.endpoint);
  SUBCASE("when room is made") {
    fixture.start(listening.endpoint);
    CHECK(fixture.worker.on_worker([&] { return fixture.waiter.told; }) == 0);
    listening.accept().reset();
    REQUIRE(fixture.is_told());
    CHECK(fixture.waiter.errors.empty());
  }
  SUBCASE("when none is made") {
    const std::uint64_t begun = Worker::now_ns();
    fixture.start(listening.endpoint, nullptr, 100);
    REQUIRE(fixture.is_told());
    CHECK(fixture.waiter.errors == std::vector{ETIMEDOUT});
    CHECK(Worker::now_ns() - begun >= 99'000'000);
  }
}
