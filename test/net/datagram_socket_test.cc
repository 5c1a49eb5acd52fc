#include "net/datagram_socket.h"

#include <doctest/doctest.h>

#include <cerrno>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/endpoint.h"
#include "worker_fixture.h"

using namespace grotto;        // NOLINT: a test of one layer
using namespace grotto::test;  // NOLINT
using Sent = DatagramSocket::Sent;

namespace {

/// Keeps what it hears.
class Listener final : public DatagramSocketHandler {
 public:
  void on_datagram(std::string_view bytes) override {
    heard.emplace_back(bytes);
    if (on_heard) on_heard();
  }
  void on_unreachable(int error) override { errors.push_back(error); }
  std::vector<std::string> heard;
  std::vector<int> errors;
  std::function<void()> on_heard;
};

/// The other end: a plain socket.
struct Peer {
  explicit Peer(const std::string& where = "127.0.0.1:0") {
    const auto wanted = Endpoint::resolve(where, SOCK_DGRAM);
    REQUIRE(wanted.has_value());
    fd = Fd(::socket(wanted->family(), SOCK_DGRAM, 0));
    REQUIRE(::bind(fd.get(), wanted->address(), wanted->address_size()) == 0);
    endpoint = Endpoint::bound_to(fd.get());
  }
  /// Answers go to who sent this one.
  std::string receive() {
    pollfd waiting{fd.get(), POLLIN, 0};
    REQUIRE(::poll(&waiting, 1, 5'000) == 1);
    std::string text(65'536, ' ');
    size = sizeof source;
    const ssize_t got = ::recvfrom(fd.get(), text.data(), text.size(), 0,
                                   reinterpret_cast<sockaddr*>(&source), &size);
    REQUIRE(got >= 0);
    text.resize(static_cast<std::size_t>(got));
    return text;
  }
  void answer(std::string_view bytes) const { answer_to(bytes, source, size); }
  void answer_to(std::string_view bytes, const sockaddr_storage& whom, socklen_t length) const {
    REQUIRE(::sendto(fd.get(), bytes.data(), bytes.size(), 0,
                     reinterpret_cast<const sockaddr*>(&whom), length) >= 0);
  }
  Fd fd;
  Endpoint endpoint;
  sockaddr_storage source{};
  socklen_t size = 0;
};

class SocketFixture {
 public:
  SocketFixture() : socket(std::make_unique<DatagramSocket>(worker.worker(), listener)) {}
  ~SocketFixture() {
    worker.on_worker([&] { socket.reset(); });
    worker.stop();
  }
  SocketFixture(const SocketFixture&) = delete;
  SocketFixture& operator=(const SocketFixture&) = delete;

  int open(const Endpoint& target, const Endpoint* source = nullptr) {
    return worker.on_worker([&] { return socket->open(target, source); });
  }
  Sent send(std::string_view bytes) {
    return worker.on_worker([&] { return socket->send(bytes); });
  }
  bool hears(std::size_t times) {
    return worker.becomes([&] { return listener.heard.size() >= times; });
  }

  Listener listener;
  WorkerFixture worker;
  std::unique_ptr<DatagramSocket> socket;
};

}  // namespace

TEST_CASE("DatagramSocket: datagrams go and come whole, empty and large ones too") {
  for (const char* where : {"127.0.0.1:0", "[::1]:0"}) {
    SocketFixture fixture;
    Peer peer(where);
    REQUIRE(fixture.open(peer.endpoint) == 0);
    const std::vector<std::string> texts{"kaixo\n", "", pattern(60'000, 1), std::string(1, '\0')};
    for (const std::string& text : texts) {
      CHECK(fixture.send(text) == Sent::yes);
      CHECK(peer.receive() == text);
      peer.answer(text);
    }
    CHECK(fixture.hears(texts.size()));
    CHECK(fixture.listener.heard == texts);
  }
}

TEST_CASE("DatagramSocket: only its peer is heard") {
  SocketFixture fixture;
  Peer peer;
  const Peer stranger;
  REQUIRE(fixture.open(peer.endpoint) == 0);
  CHECK(fixture.send("where am I?") == Sent::yes);
  peer.receive();
  stranger.answer_to("here!", peer.source, peer.size);
  peer.answer("at home");
  CHECK(fixture.hears(1));
  CHECK(fixture.listener.heard == std::vector<std::string>{"at home"});
}

TEST_CASE("DatagramSocket: the source address is used, and one that is not ours is refused") {
  SocketFixture fixture;
  Peer peer;
  const auto ours = Endpoint::resolve("127.0.0.9:0", SOCK_DGRAM);
  const auto not_ours = Endpoint::resolve("192.0.2.1:0", SOCK_DGRAM);
  CHECK(fixture.open(peer.endpoint, &*not_ours) == EADDRNOTAVAIL);
  CHECK_FALSE(fixture.socket->is_open());
  REQUIRE(fixture.open(peer.endpoint, &*ours) == 0);
  CHECK(fixture.send("x") == Sent::yes);
  peer.receive();
  CHECK(Address::from(reinterpret_cast<sockaddr&>(peer.source))
            .to_string()
            .starts_with("127.0.0.9:"));
}

TEST_CASE("DatagramSocket: a port that nobody has is told, and the socket lives on") {
  SocketFixture fixture;
  std::optional<Peer> peer(std::in_place);
  const Endpoint target = peer->endpoint;
  peer.reset();
  REQUIRE(fixture.open(target) == 0);
  CHECK(fixture.send("anybody?") == Sent::yes);
  CHECK(fixture.worker.becomes([&] { return !fixture.listener.errors.empty(); }));
  CHECK(fixture.listener.errors == std::vector{ECONNREFUSED});
  peer.emplace(target.to_string());
  CHECK(fixture.send("now?") == Sent::yes);
  CHECK(peer->receive() == "now?");
}

TEST_CASE("DatagramSocket: the refusal of one datagram does not swallow the next") {
  SocketFixture fixture;
  std::optional<Peer> peer(std::in_place);
  const Endpoint target = peer->endpoint;
  peer.reset();
  REQUIRE(fixture.open(target) == 0);
  // Both in one turn of the worker: the first one's refusal is there when the second is sent.
  fixture.worker.on_worker([&] {
    CHECK(fixture.socket->send("anybody?") == Sent::yes);
    peer.emplace(target.to_string());
    CHECK(fixture.socket->send("now?") == Sent::yes);
  });
  CHECK(peer->receive() == "now?");
}

TEST_CASE("DatagramSocket: what is too long is dropped, and said") {
  SocketFixture fixture;
  Peer peer;
  REQUIRE(fixture.open(peer.endpoint) == 0);
  CHECK(fixture.send(std::string(65'508, 'x')) == Sent::dropped);
  CHECK(fixture.send(std::string(65'507, 'x')) == Sent::yes);
  CHECK(peer.receive().size() == 65'507);
}

TEST_CASE("DatagramSocket: more than one turn takes is heard all the same, in order") {
  SocketFixture fixture;
  Peer peer;
  REQUIRE(fixture.open(peer.endpoint) == 0);
  CHECK(fixture.send("begin") == Sent::yes);
  peer.receive();
  std::vector<std::string> told;
  fixture.worker.on_worker([&] {  // the worker looks when all are there
    for (int i = 0; i < 3 * DatagramSocket::kTakenAtOnce; ++i) {
      told.push_back(std::to_string(i));
      peer.answer(told.back());
    }
  });
  CHECK(fixture.hears(told.size()));
  CHECK(fixture.listener.heard == told);
}

TEST_CASE("DatagramSocket: may be closed, opened anew and destroyed by its handler") {
  SocketFixture fixture;
  Peer peer;
  REQUIRE(fixture.open(peer.endpoint) == 0);
  CHECK(fixture.send("begin") == Sent::yes);
  peer.receive();
  const auto answer_twice = [&] {
    fixture.worker.on_worker([&] {
      peer.answer("one");
      peer.answer("two");
    });
  };
  SUBCASE("when it is closed") {
    fixture.listener.on_heard = [&] { fixture.socket->close(); };
    answer_twice();
    CHECK(fixture.hears(1));
    CHECK_FALSE(fixture.worker.on_worker([&] { return fixture.socket->is_open(); }));
  }
  SUBCASE("when it is opened anew") {
    fixture.listener.on_heard = [&] {
      fixture.socket->close();
      CHECK(fixture.socket->open(peer.endpoint, nullptr) == 0);
    };
    answer_twice();
    CHECK(fixture.hears(1));
    CHECK(fixture.send("again") == Sent::yes);
    CHECK(peer.receive() == "again");
  }
  SUBCASE("when it is destroyed") {
    fixture.listener.on_heard = [&] { fixture.socket.reset(); };
    answer_twice();
    CHECK(fixture.hears(1));
  }
  CHECK(fixture.worker.on_worker([&] { return fixture.listener.heard.size(); }) == 1);
}

TEST_CASE("DatagramSocket: what its handler throws costs one datagram") {
  SocketFixture fixture;
  Peer peer;
  REQUIRE(fixture.open(peer.endpoint) == 0);
  CHECK(fixture.send("begin") == Sent::yes);
  peer.receive();
  fixture.listener.on_heard = [&] {
    if (fixture.listener.heard.size() == 1) throw std::bad_alloc();
  };
  peer.answer("one");
  peer.answer("two");
  CHECK(fixture.hears(2));
  CHECK(fixture.listener.heard.back() == "two");
  CHECK(fixture.worker.on_worker([&] { return fixture.socket->is_open(); }));
}
