#include <doctest/doctest.h>
#include <sys/socket.h>

#include <array>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "grotto/feed.h"
#include "net/connection.h"
#include "tls_peer.h"
#include "worker_fixture.h"

using namespace grotto;        // NOLINT: a test of one layer
using namespace grotto::test;  // NOLINT

namespace {

/// A log of lines that is read by one cursor, as a room's is.
class LineFeed final : public Feed {
 public:
  explicit LineFeed(std::size_t count, std::size_t line_bytes) {
    for (std::size_t i = 0; i < count; ++i) {
      lines_.push_back(pattern(line_bytes, static_cast<unsigned>(i)));
      all += lines_.back();
    }
  }
  bool has_more() const noexcept override { return next_ < lines_.size(); }
  void preface(std::string& /*out*/) override {}
  std::size_t gather(std::span<Slice> slices, std::size_t bytes_max) override {
    std::size_t count = 0;
    std::size_t bytes = 0;
    while (count < slices.size() && next_ + count < lines_.size()) {
      const std::string& line = lines_[next_ + count];
      if (count > 0 && bytes + line.size() > bytes_max) break;
      bytes += line.size();
      slices[count++] = {line.data(), line.size()};
    }
    return count;
  }
  std::string_view advance(std::size_t bytes) override {
    while (bytes > 0) {
      const std::string& line = lines_[next_++];
      if (bytes < line.size()) return std::string_view(line).substr(bytes);
      bytes -= line.size();
    }
    return {};
  }
  void on_blocked() override { ++blocked; }
  void on_unblocked() override { --blocked; }
  [[nodiscard]] std::size_t sent() const { return next_; }

  std::string all;
  int blocked = 0;

 private:
  std::vector<std::string> lines_;
  std::size_t next_ = 0;
};

/// A worker with a certificate, and connections that speak TLS from their first byte.
struct TlsFixture {
  explicit TlsFixture(const Limits& limits = short_limits()) : fixture(limits) {
    fixture.on_worker([&] { fixture.worker().set_tls(server); });
  }

  std::shared_ptr<Story> adopt(Fd near, Script script = {}, Connection** made = nullptr,
                               std::string first = {}) {
    auto on_open = script.on_open;
    script.on_open = [on_open, first](Connection& c) {
      c.start_tls(first);
      if (on_open) on_open(c);
    };
    return fixture.adopt(std::move(near), std::move(script), made);
  }

  Certificates files;
  TlsPair pair = files.make("own", {"localhost"});
  std::shared_ptr<const TlsContext> server = server_context({pair});
  WorkerFixture fixture;
};

Script ending_politely(std::string text) {
  Script script;
  script.on_end = [text](Connection& c) {
    c.write(text);
    c.finish(CloseReason::peer_closed);
  };
  return script;
}

}  // namespace

TEST_CASE("Connection: under TLS bytes come back, and both sides end cleanly") {
  TlsFixture tls;
  Pair pair = make_tcp_pair();
  Script script = echo();
  script.on_end = [](Connection& c) {
    c.write("agur");
    c.finish(CloseReason::peer_closed);
  };
  const auto story = tls.adopt(std::move(pair.near), std::move(script));
  TlsPeer peer(std::move(pair.far), client_context(tls.pair.certificate_file));
  REQUIRE(peer.shake_hands());
  peer.send("kaixo");
  REQUIRE(peer.read(5));
  peer.end_output();
  peer.read_to_end();
  CHECK(peer.plain == "kaixoagur");
  CHECK(peer.has_clean_end);
  peer.fd().reset();
  CHECK(tls.fixture.is_closed(story));
  CHECK(story->ended == 1);
  CHECK(story->reason == CloseReason::peer_closed);
}

TEST_CASE("Connection: a TLS hello may come in two pieces, cut at any byte, and before start_tls") {
  TlsFixture tls;
  for (std::size_t cut = 0;; ++cut) {
    Pair pair = make_tcp_pair();
    TlsPeer peer(std::move(pair.far));
    const std::string hello = peer.hello();
    if (cut > hello.size()) break;
    const auto story =
        tls.adopt(std::move(pair.near), echo(), nullptr, cut % 2 == 0 ? hello.substr(0, cut) : "");
    if (cut % 2 == 1) peer.fd().send_all(hello.substr(0, cut));
    peer.fd().send_all(hello.substr(cut));
    REQUIRE(peer.shake_hands());
    peer.send("a");
    REQUIRE(peer.read(1));
    CHECK(peer.plain == "a");
  }
}

TEST_CASE("Connection: megabytes go through TLS both ways, and many records in one read") {
  TlsFixture tls;
  Pair pair = make_tcp_pair();
  const auto story = tls.adopt(std::move(pair.near), echo());
  TlsPeer peer(std::move(pair.far));
  REQUIRE(peer.shake_hands());
  const std::string sent = pattern(3 * 1024 * 1024, 5);
  std::string raw;
  for (std::size_t at = 0; at < sent.size(); at += 1'000 + at % 777) {
    raw += peer.encrypted(std::string_view(sent).substr(at, 1'000 + at % 777));
  }
  const int fd = peer.fd().get();
  std::thread writer([&raw, fd] {
    Fd borrowed(fd);
    borrowed.send_all(raw);
    static_cast<void>(borrowed.release());
  });
  CHECK(peer.read(sent.size()));
  writer.join();
  CHECK((peer.plain == sent));
}

TEST_CASE("Connection: who pauses under TLS gets what came in the same read only when he resumes") {
  TlsFixture tls;
  Pair pair = make_tcp_pair();
  Connection* connection = nullptr;
  Script script;
  script.on_bytes = [](Connection& c, std::string_view) { c.pause_reading(); };
  const auto story = tls.adopt(std::move(pair.near), std::move(script), &connection);
  TlsPeer peer(std::move(pair.far));
  REQUIRE(peer.shake_hands());
  std::string records;
  for (const std::string_view word : {"one", "two", "three"}) records += peer.encrypted(word);
  peer.fd().send_all(records);
  peer.end_output();
  peer.fd().end_output();
  CHECK(tls.fixture.becomes([&] { return story->bytes == "one"; }));
  CHECK(tls.fixture.on_worker([&] { return connection->is_paused() && connection->has_input(); }));
  tls.fixture.on_worker([&] { connection->resume_reading(); });
  CHECK(tls.fixture.becomes([&] { return story->bytes == "onetwo"; }));
  CHECK(tls.fixture.on_worker([&] { return story->ended; }) == 0);
  tls.fixture.on_worker([&] { connection->resume_reading(); });
  CHECK(tls.fixture.becomes([&] { return story->bytes == "onetwothree"; }));
  CHECK(tls.fixture.on_worker([&] { return story->ended; }) == 0);
  tls.fixture.on_worker([&] { connection->resume_reading(); });
  CHECK(tls.fixture.is_closed(story));
  CHECK(story->ended == 1);
  CHECK(story->reason == CloseReason::peer_closed);
}

TEST_CASE("Connection: a read limit holds for plain bytes") {
  TlsFixture tls;
  Pair pair = make_tcp_pair();
  Script script;
  script.on_open = [](Connection& c) { c.set_read_limit(100); };
  const auto story = tls.adopt(std::move(pair.near), std::move(script));
  TlsPeer peer(std::move(pair.far));
  REQUIRE(peer.shake_hands());
  const std::string sent = pattern(20'000, 3);
  peer.send(sent);
  CHECK(tls.fixture.becomes([&] { return story->bytes.size() == sent.size(); }));
  CHECK((story->bytes == sent));
  CHECK(*std::max_element(story->reads.begin(), story->reads.end()) <= 100);
}

TEST_CASE(
    "Connection: an input that ends without close_notify is told from one that ends with it") {
  TlsFixture tls;
  Pair pair = make_tcp_pair();
  const auto story = tls.adopt(std::move(pair.near), ending_politely("heard"));
  TlsPeer peer(std::move(pair.far));
  REQUIRE(peer.shake_hands());
  peer.send("half a li");
  peer.fd().end_output();
  peer.read_to_end();  // it can still be told something
  CHECK(peer.plain == "heard");
  CHECK(peer.has_clean_end);
  CHECK(tls.fixture.is_closed(story));
  CHECK(story->bytes == "half a li");
  CHECK(story->ended == 1);
  CHECK(story->reason == CloseReason::tls_truncated);
}

TEST_CASE("Connection: what is no TLS ends the connection, with an alert") {
  TlsFixture tls;
  SUBCASE("instead of a hello") {
    for (const std::string_view garbage :
         {std::string_view("kaixo\r\n"),
          std::string_view("\x16\x03\x01\x00\x05garbage of sorts", 21),
          std::string_view("\x16\x03\x01\xFF\xFF", 5), std::string_view("GET / HTTP/1.1\r\n\r\n"),
          std::string_view("\x15\x03\x01\x00\x02\x02\x28", 7)}) {
      Pair pair = make_tcp_pair();
      const auto story = tls.adopt(std::move(pair.near));
      pair.far.send_all(garbage);
      pair.far.end_output();
      std::string answer;
      CHECK(pair.far.read_to_end(answer));
      CHECK(tls.fixture.is_closed(story));
      CHECK(story->bytes.empty());
      CHECK(story->ended == 0);
      CHECK(story->reason == CloseReason::tls_failed);
    }
  }
  SUBCASE("after the handshake") {
    Pair pair = make_tcp_pair();
    const auto story = tls.adopt(std::move(pair.near), echo());
    TlsPeer peer(std::move(pair.far));
    REQUIRE(peer.shake_hands());
    std::string broken = peer.encrypted("kaixo");
    broken.back() = static_cast<char>(broken.back() ^ 1);
    peer.fd().send_all(broken);
    peer.read_to_end();
    CHECK(peer.plain.empty());
    CHECK(tls.fixture.is_closed(story));
    CHECK(story->bytes.empty());
    CHECK(story->reason == CloseReason::tls_failed);
  }
  SUBCASE("a hello that ends in the middle, at any byte") {
    TlsPeer maker((Fd()));
    const std::string hello = maker.hello();
    for (std::size_t cut = 0; cut <= hello.size(); cut += 7) {
      Pair pair = make_tcp_pair();
      const auto story = tls.adopt(std::move(pair.near));
      pair.far.send_all(std::string_view(hello).substr(0, cut));
      pair.far.end_output();
      CHECK(tls.fixture.is_closed(story));
      CHECK(story->bytes.empty());
      CHECK(story->reason == CloseReason::tls_failed);
    }
  }
}

TEST_CASE("Connection: a handshake that does not end is closed in time, a finished one is not") {
  Limits limits = short_limits();
  limits.tls_handshake_ms = 200;
  TlsFixture tls(limits);
  Pair good_pair = make_tcp_pair();
  const auto good = tls.adopt(std::move(good_pair.near), echo());
  TlsPeer good_peer(std::move(good_pair.far));
  REQUIRE(good_peer.shake_hands());
  Pair silent = make_tcp_pair();
  const auto never = tls.adopt(std::move(silent.near));
  Pair pair = make_tcp_pair();
  const auto half = tls.adopt(std::move(pair.near));
  TlsPeer peer(std::move(pair.far));
  peer.fd().send_all(peer.hello());
  CHECK(tls.fixture.is_closed(never));
  CHECK(tls.fixture.is_closed(half));
  CHECK(never->reason == CloseReason::tls_timeout);
  CHECK(half->reason == CloseReason::tls_timeout);
  good_peer.send("still here");
  CHECK(good_peer.read(10));
}

TEST_CASE(
    "Connection: lines of a feed go out in records, behind private bytes, whole and in order") {
  TlsFixture tls;
  for (const std::size_t line_bytes : {1U, 64U, 5'000U, 40'000U}) {
    Pair pair = make_tcp_pair();
    Connection* connection = nullptr;
    const auto story = tls.adopt(std::move(pair.near), {}, &connection);
    TlsPeer peer(std::move(pair.far));
    LineFeed feed(2'000'000 / (line_bytes + 400), line_bytes);
    tls.fixture.on_worker([&] {
      connection->write("before ");
      connection->follow(&feed);
    });
    REQUIRE(peer.shake_hands());
    CHECK(peer.read(7 + feed.all.size()));
    CHECK((peer.plain == "before " + feed.all));
    tls.fixture.on_worker([&] { connection->follow(nullptr); });
  }
}

TEST_CASE("Connection: a feed that nobody reads is encrypted no further than one record") {
  TlsFixture tls;
  Pair pair = make_tcp_pair();
  Connection* connection = nullptr;
  const auto story = tls.adopt(std::move(pair.near), {}, &connection);
  TlsPeer peer(std::move(pair.far));
  REQUIRE(peer.shake_hands());
  LineFeed feed(20'000, 100);
  tls.fixture.on_worker([&] { connection->follow(&feed); });
  CHECK(tls.fixture.becomes([&] { return feed.blocked == 1; }));
  const std::size_t moved = tls.fixture.on_worker([&] { return feed.sent(); });
  CHECK(moved < 3'000);
  CHECK(tls.fixture.on_worker([&] { return connection->outbox_bytes(); }) <= 100);
  // What it has not taken is counted in plain bytes, and never less than the feed has given.
  const std::size_t undelivered =
      tls.fixture.on_worker([&] { return connection->undelivered_bytes(); });
  CHECK(undelivered <= moved * 100);
  CHECK(undelivered >= 1'000);
  CHECK(peer.read(feed.all.size()));
  CHECK((peer.plain == feed.all));
  CHECK(tls.fixture.becomes([&] { return connection->undelivered_bytes() == 0; }));
  tls.fixture.on_worker([&] { connection->follow(nullptr); });
}

TEST_CASE("Connection: the output's end under TLS is close_notify, and input goes on") {
  TlsFixture tls;
  Pair pair = make_tcp_pair();
  const auto story = tls.adopt(std::move(pair.near), [] {
    Script script;
    script.on_open = [](Connection& c) {
      c.write("all");
      c.end_output();  // before the handshake: it waits
    };
    return script;
  }());
  TlsPeer peer(std::move(pair.far));
  REQUIRE(peer.shake_hands());
  peer.read_to_end();
  CHECK(peer.plain == "all");
  CHECK(peer.has_clean_end);
  peer.send("more");
  CHECK(tls.fixture.becomes([&] { return story->bytes == "more"; }));
  peer.end_output();
  peer.fd().reset();
  CHECK(tls.fixture.is_closed(story));
  CHECK(story->reason == CloseReason::peer_closed);
}

TEST_CASE("Connection: close_notify is behind all, also where a turn's bytes end with the last") {
  TlsFixture tls;
  for (const std::size_t records : {15U, 16U, 17U, 32U}) {  // of 16 KiB; 16 are what a turn sends
    CAPTURE(records);
    Pair pair = make_tcp_pair();
    const int ample = 1024 * 1024;
    ::setsockopt(pair.near.get(), SOL_SOCKET, SO_SNDBUF, &ample, sizeof ample);
    ::setsockopt(pair.far.get(), SOL_SOCKET, SO_RCVBUF, &ample, sizeof ample);
    const std::string sent = pattern(records * TlsStream::kRecordBytes, 3);
    Script script;
    script.on_bytes = [&sent](Connection& c, std::string_view) {
      c.write(sent);
      c.finish(CloseReason::quit);
    };
    const auto story = tls.adopt(std::move(pair.near), std::move(script));
    TlsPeer peer(std::move(pair.far));
    REQUIRE(peer.shake_hands());
    peer.send("go");
    peer.read_to_end();
    CHECK((peer.plain == sent));
    CHECK(peer.has_clean_end);
    peer.fd().reset();
    CHECK(tls.fixture.is_closed(story));
  }
}

TEST_CASE("Connection: as a client it shakes hands, tells when, and says why it does not trust") {
  TlsFixture tls;
  for (const bool is_trusted : {true, false}) {
    const TlsPair other = tls.files.make("other", {"localhost"});
    const auto context =
        client_context(is_trusted ? tls.pair.certificate_file : other.certificate_file);
    Pair pair = make_tcp_pair();
    set_nonblocking(pair.far.get());
    const auto server = tls.adopt(std::move(pair.near), echo());
    Script script;
    script.on_open = [context](Connection& c) {
      c.start_tls_client(context, "localhost");
      c.write("kaixo");
    };
    const auto client = tls.fixture.adopt(std::move(pair.far), std::move(script));
    if (is_trusted) {
      CHECK(tls.fixture.becomes([&] { return client->bytes == "kaixo"; }));
      CHECK(client->encrypted == 1);
      CHECK(server->encrypted == 1);
    } else {
      CHECK(tls.fixture.is_closed(client));
      CHECK(client->tls_fault == "self-signed certificate");
      CHECK(client->reason == CloseReason::tls_failed);
      CHECK(tls.fixture.is_closed(server));
      CHECK(server->reason == CloseReason::tls_failed);
      CHECK(server->bytes.empty());
    }
  }
}
