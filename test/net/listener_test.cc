#include "net/listener.h"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "net/accept_backoff.h"
#include "net/udp_endpoint.h"
#include "worker_fixture.h"

using namespace grotto;        // NOLINT: a test of one layer
using namespace grotto::test;  // NOLINT

namespace {

/// Adopts whom the listener accepts, and echoes.
class Door final : public ListenerHandler {
 public:
  explicit Door(Worker& worker) : worker_(worker) {}
  void on_accept(int fd, const Address& peer) override {
    peers.push_back(peer.to_string());
    rounds.push_back(round);
    worker_.post([this] { ++round; });
    worker_.adopt(fd, peer, std::make_unique<Scribe>(std::make_shared<Story>(), echo()));
  }
  void on_accept_error(int error) override { errors.push_back(error); }
  std::vector<std::string> peers;
  std::vector<int> errors;
  std::vector<unsigned> rounds;  // in which each came: others have had their turn in between
  unsigned round = 0;

 private:
  Worker& worker_;
};

constexpr std::string_view kFull = "the server is full, try again later";

class ListenerFixture {
 public:
  explicit ListenerFixture(const Limits& limits = {}) : worker(limits), door(worker.worker()) {}
  ~ListenerFixture() {
    worker.on_worker([&] { listener.reset(); });
    worker.stop();
  }
  ListenerFixture(const ListenerFixture&) = delete;
  ListenerFixture& operator=(const ListenerFixture&) = delete;

  std::string listen(std::string_view endpoint) {
    return worker.on_worker([&] {
      auto made = Listener::open(worker.worker(), endpoint, door, kFull);
      if (!made) return made.error().sentence;
      listener = std::move(*made);
      listener->start();
      return listener->local_name();
    });
  }

  WorkerFixture worker;
  Door door;
  std::unique_ptr<Listener> listener;
};

std::uint16_t port_of(const std::string& name) {
  return static_cast<std::uint16_t>(std::stoi(name.substr(name.rfind(':') + 1)));
}

bool answers(const Fd& peer) {
  peer.send_all("kaixo");
  pollfd waiting{peer.get(), POLLIN, 0};
  return ::poll(&waiting, 1, 5'000) == 1 && peer.take_available() == "kaixo";
}

/// A folder of its own for socket files.
class Folder {
 public:
  Folder() {
    std::string path = (std::filesystem::temp_directory_path() / "grotto-XXXXXX").string();
    REQUIRE(::mkdtemp(path.data()) != nullptr);
    path_ = path;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }
  [[nodiscard]] std::string file(const char* name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

Fd connect_unix(const std::string& path) {
  Fd fd(::socket(AF_UNIX, SOCK_STREAM, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  REQUIRE(::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  return fd;
}

}  // namespace

TEST_CASE("Listener: port 0 becomes a real port, and its peers are known by address") {
  ListenerFixture fixture;
  const std::string name = fixture.listen("127.0.0.1:0");
  REQUIRE(name.starts_with("127.0.0.1:"));
  REQUIRE(port_of(name) != 0);
  const Fd peer = connect_to(port_of(name));
  CHECK(answers(peer));
  CHECK(fixture.door.peers.size() == 1);
  CHECK(fixture.door.peers[0].starts_with("127.0.0.1:"));
}

TEST_CASE("Listener: accepted sockets inherit their options, at no call each") {
  ListenerFixture fixture;
  const std::string name = fixture.listen("127.0.0.1:0");
  const Fd peer = connect_to(port_of(name));
  CHECK(answers(peer));
  const auto option = [&](int level, int number) {
    return fixture.worker.on_worker([&] {
      int value = 0;
      socklen_t size = sizeof value;
      fixture.worker.worker().for_each_connection(
          [&](Connection& c) { ::getsockopt(c.fd(), level, number, &value, &size); });
      return value;
    });
  };
  CHECK(option(6, 1) != 0);           // TCP_NODELAY
  CHECK(option(6, 25) == 16 * 1024);  // TCP_NOTSENT_LOWAT
  CHECK(option(6, 4) == 60);          // TCP_KEEPIDLE
  CHECK(option(SOL_SOCKET, SO_KEEPALIVE) != 0);
  CHECK(option(SOL_SOCKET, SO_OOBINLINE) != 0);
}

TEST_CASE("Listener: IPv6 is written in brackets and leaves IPv4 its port") {
  ListenerFixture fixture;
  const std::string name = fixture.listen("[::1]:0");
  REQUIRE(name.starts_with("[::1]:"));
  Fd peer(::socket(AF_INET6, SOCK_STREAM, 0));
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_addr = in6addr_loopback;
  address.sin6_port = htons(port_of(name));
  REQUIRE(::connect(peer.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  CHECK(answers(peer));
  CHECK(fixture.door.peers[0].starts_with("[::1]:"));
}

TEST_CASE("Listener: a Unix socket names its peers by process, and takes its file away") {
  const Folder folder;
  const std::string path = folder.file("socket");
  {
    ListenerFixture fixture;
    CHECK(fixture.listen("unix:" + path) == "unix:" + path);
    const Fd peer = connect_unix(path);
    CHECK(answers(peer));
    CHECK(fixture.door.peers[0] == "unix:" + std::to_string(::getpid()));
  }
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("Listener: a socket file that nobody answers on is replaced; a living one is not") {
  const Folder folder;
  const std::string path = folder.file("socket");
  {
    const Fd dead(::socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    REQUIRE(::bind(dead.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  }
  ListenerFixture first;
  CHECK(first.listen("unix:" + path) == "unix:" + path);
  ListenerFixture second;
  const std::string refused = second.listen("unix:" + path);
  CHECK(refused.find("unix:" + path) != std::string::npos);
  CHECK(second.listener == nullptr);
  CHECK(answers(connect_unix(path)));
}

TEST_CASE("Listener: a socket file that another server has put in its place stays") {
  const Folder folder;
  const std::string path = folder.file("socket");
  ListenerFixture second;
  {
    ListenerFixture first;
    CHECK(first.listen("unix:" + path) == "unix:" + path);
    REQUIRE(std::filesystem::remove(path));
    CHECK(second.listen("unix:" + path) == "unix:" + path);
  }
  CHECK(std::filesystem::exists(path));
  CHECK(answers(connect_unix(path)));
}

TEST_CASE("Listener: a busy address is exit status 69 and a sentence with the address") {
  ListenerFixture fixture;
  const std::string name = fixture.listen("127.0.0.1:0");
  const auto again = Listener::open(fixture.worker.worker(), name, fixture.door, kFull);
  REQUIRE_FALSE(again.has_value());
  CHECK(again.error().exit_status == 69);
  CHECK(again.error().sentence.find(name) != std::string::npos);
}

TEST_CASE("Listener: what is no endpoint is refused with the text in the sentence") {
  ListenerFixture fixture;
  for (const char* text : {"5001", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:x", "::1:5001",
                           ":5001", "unix:", "127.0.0.1:-1"}) {
    CAPTURE(text);
    const auto made = Listener::open(fixture.worker.worker(), text, fixture.door, kFull);
    REQUIRE_FALSE(made.has_value());
    CHECK(made.error().exit_status == 64);
    CHECK(made.error().sentence.find(text) != std::string::npos);
  }
}

TEST_CASE("Listener: out of descriptors it refuses with a sentence, pauses, and hears again") {
  // valgrind takes the connection before it says EMFILE, and closes it: nobody is left to be told.
  const char* const preloaded = std::getenv("LD_PRELOAD");
  if (preloaded != nullptr && std::strstr(preloaded, "valgrind") != nullptr) return;
  ListenerFixture fixture;
  const std::string name = fixture.listen("127.0.0.1:0");
  const Fd first = connect_to(port_of(name));
  CHECK(answers(first));
  std::vector<Fd> waiting;
  for (int i = 0; i < 3; ++i) waiting.emplace_back(::socket(AF_INET, SOCK_STREAM, 0));
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  // Every free descriptor below the bound is used up.
  std::vector<Fd> hoard;
  const Fd highest(::dup(0));
  const rlimit low{static_cast<rlim_t>(highest.get()) + 8, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &low) == 0);
  for (int fd = ::dup(0); fd >= 0; fd = ::dup(0)) hoard.emplace_back(fd);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port_of(name));
  CHECK(::connect(waiting[0].get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  std::string got;
  const bool has_ended = waiting[0].read_to_end(got);
  hoard.clear();
  CHECK(::setrlimit(RLIMIT_NOFILE, &before) == 0);
  CHECK(has_ended);
  CHECK(got == std::string(kFull) + "\r\n");
  CHECK(::connect(waiting[1].get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  CHECK(answers(waiting[1]));
  fixture.worker.on_worker([&] {
    REQUIRE_FALSE(fixture.door.errors.empty());
    CHECK(fixture.door.errors[0] == EMFILE);
  });
}

TEST_CASE("Listener: after so many it is others' turn, and all come in") {
  Limits limits;
  limits.accepts_per_turn = 2;
  ListenerFixture fixture(limits);
  const std::uint16_t port = port_of(fixture.listen("127.0.0.1:0"));
  std::promise<void> all_are_there;
  fixture.worker.worker().post([&] { all_are_there.get_future().wait(); });
  std::vector<Fd> peers;
  for (int i = 0; i < 20; ++i) peers.push_back(connect_to(port));
  all_are_there.set_value();
  CHECK(fixture.worker.becomes([&] { return fixture.door.peers.size() == 20; }));
  std::map<unsigned, int> taken;
  for (const unsigned round : fixture.door.rounds) ++taken[round];
  for (const auto& [round, count] : taken)
    CHECK(count <= 4);  // a task may come after the next turn
}

TEST_CASE("Listener: after stop() nobody is accepted any more") {
  ListenerFixture fixture;
  const std::string name = fixture.listen("127.0.0.1:0");
  const Fd peer = connect_to(port_of(name));
  CHECK(answers(peer));
  fixture.worker.on_worker([&] { fixture.listener->stop(); });
  const Fd late(::socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port_of(name));
  CHECK(::connect(late.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0);
  CHECK(answers(peer));  // who is in stays in
}

TEST_CASE("AcceptBackoff: pauses double up to a bound, and an error that stays costs few accepts") {
  for (const int error : {EMFILE, ENFILE, ENOMEM, ENOBUFS, ECONNABORTED, EPROTO}) {
    CAPTURE(error);
    const Limits limits;
    AcceptBackoff backoff;
    std::uint64_t now = 0;
    int accepts = 0;
    while (now < 1'000) {
      now += backoff.on_error(error, limits);
      REQUIRE(++accepts <= 20);
    }
    CHECK(backoff.on_error(error, limits) == 1'000);
    backoff.on_success();
    const std::uint64_t pause = backoff.on_error(error, limits);
    CHECK(pause == (error == ECONNABORTED || error == EPROTO ? 0 : 10));
  }
}

TEST_CASE("AcceptBackoff: the pauses are as the limits say, also when these change") {
  Limits limits;
  limits.accept_pause_ms = 30;
  limits.accept_pause_max_ms = 100;
  AcceptBackoff backoff;
  CHECK(backoff.on_error(EMFILE, limits) == 30);
  CHECK(backoff.on_error(EMFILE, limits) == 60);
  CHECK(backoff.on_error(EMFILE, limits) == 100);
  limits.accept_pause_max_ms = 50;
  CHECK(backoff.on_error(EMFILE, limits) == 50);
}

namespace {

class Reflector final : public DatagramHandler {
 public:
  bool on_datagram(const Address& source, std::string_view bytes) override {
    sources.push_back(source.to_string());
    return bytes != "silence";
  }
  std::vector<std::string> sources;
};

}  // namespace

TEST_CASE("UdpEndpoint: answers whom the handler wants answered, with the same bytes") {
  WorkerFixture fixture;
  Reflector reflector;
  std::unique_ptr<UdpEndpoint> endpoint;
  const std::uint16_t port = fixture.on_worker([&] {
    auto made = UdpEndpoint::open(fixture.worker(), "127.0.0.1:0", reflector);
    REQUIRE(made.has_value());
    endpoint = std::move(*made);
    return endpoint->local_port();
  });
  const Fd peer(::socket(AF_INET, SOCK_DGRAM, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  REQUIRE(::connect(peer.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  peer.send_all("silence");
  for (const std::string& sent : {std::string("kaixo"), std::string(8'000, 'z')}) {
    peer.send_all(sent);
    pollfd waiting{peer.get(), POLLIN, 0};
    REQUIRE(::poll(&waiting, 1, 5'000) == 1);
    std::string got(65'536, ' ');
    got.resize(static_cast<std::size_t>(::recv(peer.get(), got.data(), got.size(), 0)));
    CHECK(got == sent);
  }
  fixture.on_worker([&] {
    CHECK(reflector.sources.size() == 3);
    endpoint.reset();
  });
}

TEST_CASE("UdpEndpoint: a busy address is exit status 69 and a sentence with the address") {
  WorkerFixture fixture;
  Reflector reflector;
  fixture.on_worker([&] {
    auto first = UdpEndpoint::open(fixture.worker(), "127.0.0.1:0", reflector);
    REQUIRE(first.has_value());
    const std::string name = (*first)->local_name();
    const auto second = UdpEndpoint::open(fixture.worker(), name, reflector);
    REQUIRE_FALSE(second.has_value());
    CHECK(second.error().exit_status == 69);
    CHECK(second.error().sentence.find(name) != std::string::npos);
  });
}
