#include "net/connection.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "grotto/feed.h"
#include "worker_fixture.h"

using namespace grotto;        // NOLINT: a test of one layer
using namespace grotto::test;  // NOLINT

namespace {

using Create = Result<std::unique_ptr<Selector>> (*)();

/// A log of lines that is read by one cursor, as a room's is.
class LineFeed final : public Feed {
 public:
  explicit LineFeed(std::vector<std::string> lines) : lines_(std::move(lines)) {}

  bool has_more() const noexcept override { return next_ < lines_.size(); }
  void preface(std::string& out) override {
    out += notice;
    notice.clear();
  }
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
      if (bytes < line.size()) {
        ++cut;
        return std::string_view(line).substr(bytes);
      }
      bytes -= line.size();
    }
    return {};
  }
  void on_blocked() override {
    turns_right = turns_right && !is_blocked;
    is_blocked = true;
    ++blocked;
  }
  void on_unblocked() override {
    turns_right = turns_right && is_blocked;
    is_blocked = false;
  }

  std::string notice;
  int cut = 0;
  int blocked = 0;
  bool is_blocked = false;
  bool turns_right = true;

 private:
  std::vector<std::string> lines_;
  std::size_t next_ = 0;
};

std::unique_ptr<Selector> make(Create create) {
  auto made = create();
  REQUIRE(made.has_value());
  return std::move(*made);
}

void read_and_write(Create create) {
  WorkerFixture fixture({}, make(create));

  SUBCASE("bytes come back, and a closed peer is closed without a word") {
    Pair pair = make_tcp_pair();
    const auto story = fixture.adopt(std::move(pair.near), echo());
    pair.far.send_all("kaixo\n");
    pair.far.end_output();
    std::string back;
    CHECK(pair.far.read_to_end(back));
    CHECK(back == "kaixo\n");
    CHECK(fixture.is_closed(story));
    CHECK(story->opened == 1);
    CHECK(story->ended == 1);
    CHECK(story->reason == CloseReason::peer_closed);
  }
  SUBCASE("data followed at once by FIN, before the connection is adopted, is read to the end") {
    for (const bool is_unix : {false, true}) {
      Pair pair = is_unix ? make_unix_pair() : make_tcp_pair();
      pair.far.send_all("all of it");
      pair.far.end_output();
      const auto story = fixture.adopt(std::move(pair.near));
      CHECK(fixture.is_closed(story));
      CHECK(story->bytes == "all of it");
      CHECK(story->ended == 1);
    }
  }
  SUBCASE("megabytes through small buffers come back whole, written and read at once") {
    Pair pair = make_tcp_pair();
    const auto story = fixture.adopt(std::move(pair.near), echo());
    const std::string sent = pattern(6 * 1024 * 1024, 1);
    std::thread writer([&] {
      pair.far.send_all(sent);
      pair.far.end_output();
    });
    std::string back;
    const bool has_ended = pair.far.read_to_end(back);
    writer.join();
    CHECK(has_ended);
    CHECK(back.size() == sent.size());
    CHECK((back == sent));
    CHECK(fixture.is_closed(story));
    CHECK(story->reason == CloseReason::peer_closed);
  }
  SUBCASE("who is paused keeps bytes and FIN for later") {
    Pair pair = make_tcp_pair();
    Connection* connection = nullptr;
    Script script;
    script.on_bytes = [](Connection& c, std::string_view) { c.pause_reading(); };
    const auto story = fixture.adopt(std::move(pair.near), std::move(script), &connection);
    pair.far.send_all("one");
    CHECK(fixture.becomes([&] { return story->bytes == "one"; }));
    pair.far.send_all("two");
    pair.far.end_output();
    // A second connection that is served after it proves that the events have come.
    Pair other = make_tcp_pair();
    const auto witness = fixture.adopt(std::move(other.near));
    other.far.send_all("x");
    CHECK(fixture.becomes([&] { return witness->bytes == "x"; }));
    CHECK(fixture.on_worker([&] { return story->bytes; }) == "one");
    CHECK(fixture.on_worker([&] { return connection->is_paused(); }));
    fixture.on_worker([&] { connection->resume_reading(); });
    CHECK(fixture.becomes([&] { return story->bytes == "onetwo"; }));
    CHECK(fixture.on_worker([&] { return story->ended; }) == 0);
    fixture.on_worker([&] { connection->resume_reading(); });
    CHECK(fixture.is_closed(story));
    CHECK(story->ended == 1);
  }
  SUBCASE("a read limit cuts what comes, and nothing is lost") {
    Pair pair = make_tcp_pair();
    Script script;
    script.on_open = [](Connection& c) { c.set_read_limit(3); };
    const auto story = fixture.adopt(std::move(pair.near), std::move(script));
    const std::string sent = pattern(1'000, 2);
    pair.far.send_all(sent);
    CHECK(fixture.becomes([&] { return story->bytes == sent; }));
    CHECK(*std::max_element(story->reads.begin(), story->reads.end()) == 3);
  }
  SUBCASE("urgent data is read in line with the rest") {
    Pair pair = make_tcp_pair();
    const auto story = fixture.adopt(std::move(pair.near));
    pair.far.send_all("abc");
    CHECK(::send(pair.far.get(), "!", 1, MSG_OOB) == 1);
    pair.far.send_all("def");
    pair.far.end_output();
    CHECK(fixture.is_closed(story));
    CHECK(story->bytes == "abc!def");
  }
  SUBCASE("one who sends without end does not keep another waiting") {
    Pair flood = make_tcp_pair();
    const auto story = fixture.adopt(std::move(flood.near));
    std::thread writer([&] {
      flood.far.send_all(pattern(20 * 1024 * 1024, 4));
      flood.far.end_output();
    });
    Pair quiet = make_tcp_pair();
    const auto heard = fixture.adopt(std::move(quiet.near), echo());
    for (int i = 0; i < 20; ++i) {
      quiet.far.send_all("ping");
      pollfd waiting{quiet.far.get(), POLLIN, 0};
      CHECK(::poll(&waiting, 1, 5'000) == 1);
      CHECK(quiet.far.take_available() == "ping");
    }
    writer.join();
    CHECK(fixture.is_closed(story));
    CHECK(story->bytes.size() == 20 * 1024 * 1024);
  }
}

void ends(Create create) {
  WorkerFixture fixture(short_limits(), make(create));

  SUBCASE("after the end of our output the peer has read all, and may still answer") {
    Pair pair = make_tcp_pair();
    Script script;
    script.on_open = [](Connection& c) {
      c.write("question");
      c.end_output();
    };
    const auto story = fixture.adopt(std::move(pair.near), std::move(script));
    std::string read;
    std::array<char, 64> buffer{};
    for (ssize_t got = 1; got > 0;) {
      got = ::recv(pair.far.get(), buffer.data(), buffer.size(), 0);
      if (got > 0) read.append(buffer.data(), static_cast<std::size_t>(got));
    }
    CHECK(read == "question");
    pair.far.send_all("answer");
    CHECK(fixture.becomes([&] { return story->bytes == "answer"; }));
    CHECK(fixture.on_worker([&] { return story->closed; }) == 0);
    pair.far.end_output();
    CHECK(fixture.is_closed(story));
    CHECK(story->reason == CloseReason::peer_closed);
  }
  SUBCASE("a reset is told once, as a reset") {
    Pair pair = make_tcp_pair();
    const auto story = fixture.adopt(std::move(pair.near));
    pair.far.abort();
    CHECK(fixture.is_closed(story));
    CHECK(story->reason == CloseReason::peer_reset);
  }
  SUBCASE("a reset is noticed while reading is paused, and after the end of input") {
    Pair paused = make_tcp_pair();
    Script script;
    script.on_open = [](Connection& c) { c.pause_reading(); };
    const auto first = fixture.adopt(std::move(paused.near), std::move(script));
    paused.far.abort();
    CHECK(fixture.is_closed(first));
    CHECK(first->reason == CloseReason::peer_reset);

    Pair half_closed = make_tcp_pair();
    Script stays;
    stays.on_end = {};
    const auto second = fixture.adopt(std::move(half_closed.near), std::move(stays));
    half_closed.far.end_output();
    CHECK(fixture.becomes([&] { return second->ended == 1; }));
    CHECK(fixture.on_worker([&] { return second->closed; }) == 0);
    half_closed.far.abort();
    CHECK(fixture.is_closed(second));
    CHECK(second->reason == CloseReason::peer_reset);
  }
  SUBCASE("a half-closed peer still gets everything") {
    Pair pair = make_tcp_pair();
    const std::string answer = pattern(2 * 1024 * 1024, 3);
    Script script;
    script.on_end = [&](Connection& c) {
      c.write(answer);
      c.finish(CloseReason::service_ended);
      c.write("too late");
    };
    const auto story = fixture.adopt(std::move(pair.near), std::move(script));
    pair.far.end_output();
    std::string got;
    CHECK(pair.far.read_to_end(got));
    CHECK((got == answer));
    CHECK(fixture.is_closed(story));
    CHECK(story->reason == CloseReason::service_ended);
  }
  SUBCASE("finish(): the last line arrives although the peer's input was not read") {
    Pair pair = make_tcp_pair();
    Script script;
    script.on_bytes = [](Connection& c, std::string_view) {
      c.write("bye\r\n");
      c.finish(CloseReason::bad_hello);
      c.finish(CloseReason::quit);  // the first reason counts
    };
    Connection* connection = nullptr;
    const auto story = fixture.adopt(std::move(pair.near), std::move(script), &connection);
    fixture.on_worker([&] { connection->set_read_limit(10); });
    pair.far.send_all(pattern(5'000, 9));
    std::string got;
    CHECK(pair.far.read_to_end(got));
    CHECK(got == "bye\r\n");
    pair.far.end_output();
    CHECK(fixture.is_closed(story));
    CHECK(story->reads == std::vector<std::size_t>{10});
    CHECK(story->reason == CloseReason::bad_hello);
  }
  SUBCASE("finish(): a peer that never closes is waited for only so long") {
    Pair pair = make_tcp_pair();
    Script script;
    script.on_open = [](Connection& c) { c.finish(CloseReason::server_full); };
    const auto story = fixture.adopt(std::move(pair.near), std::move(script));
    std::string got;
    CHECK(pair.far.read_to_end(got));
    CHECK(fixture.is_closed(story));  // although far is still open
    CHECK(story->reason == CloseReason::server_full);
  }
  SUBCASE("finish(): a peer that takes nothing is closed all the same") {
    Pair pair = make_tcp_pair();
    Script script;
    script.on_open = [](Connection& c) {
      c.write(pattern(1'000'000, 5));
      c.finish(CloseReason::quit);
    };
    const auto story = fixture.adopt(std::move(pair.near), std::move(script));
    CHECK(fixture.is_closed(story));
    CHECK(story->reason == CloseReason::quit);
  }
  SUBCASE("close(): any number of times, from anywhere; the first reason counts") {
    Pair pair = make_tcp_pair();
    Script script;
    script.on_bytes = [](Connection& c, std::string_view) {
      c.write("never sent");
      c.close(CloseReason::refused);
      c.close(CloseReason::quit);
      c.finish(CloseReason::quit);
      c.touch();
      CHECK_FALSE(c.is_open());
    };
    script.on_closed = [](Connection& c) { c.close(CloseReason::quit); };
    const auto story = fixture.adopt(std::move(pair.near), std::move(script));
    pair.far.send_all("x");
    std::string got;
    CHECK(pair.far.read_to_end(got));
    CHECK(got.empty());
    CHECK(fixture.is_closed(story));
    CHECK(story->reason == CloseReason::refused);
    CHECK(fixture.worker().connections() == 0);
  }
  SUBCASE("an exception costs its connection and no other") {
    Pair bad = make_tcp_pair();
    Script throws;
    throws.on_bytes = [](Connection&, std::string_view bytes) {
      if (bytes == "memory") throw std::bad_alloc();
      throw std::runtime_error("a bug");
    };
    const auto first = fixture.adopt(std::move(bad.near), throws);
    Pair worse = make_tcp_pair();
    const auto second = fixture.adopt(std::move(worse.near), throws);
    Pair good = make_tcp_pair();
    const auto third = fixture.adopt(std::move(good.near));
    bad.far.send_all("memory");
    worse.far.send_all("x");
    CHECK(fixture.is_closed(first));
    CHECK(first->reason == CloseReason::out_of_memory);
    CHECK(fixture.is_closed(second));
    CHECK(second->reason == CloseReason::internal_error);
    good.far.send_all("still here");
    CHECK(fixture.becomes([&] { return third->bytes == "still here"; }));
  }
  SUBCASE("release(): the descriptor lives on with what the kernel holds, and nobody is told") {
    Pair pair = make_tcp_pair();
    Connection* connection = nullptr;
    const auto story = fixture.adopt(std::move(pair.near), {}, &connection);
    const Fd released(fixture.on_worker([&] { return connection->release(); }));
    CHECK(fixture.becomes([&] { return !story->handler_alive; }));
    CHECK(story->closed == 0);
    pair.far.send_all("for the next owner");
    pollfd waiting{released.get(), POLLIN, 0};
    CHECK(::poll(&waiting, 1, 5'000) == 1);
    CHECK(released.take_available() == "for the next owner");
  }
}

void follow_a_feed(Create create) {
  WorkerFixture fixture(short_limits(), make(create));
  std::vector<std::string> lines;
  std::string expected = "first\n";
  for (unsigned i = 0; i < 400; ++i) lines.push_back(pattern(500 + i * 37 % 9'000, i) + "\n");
  for (const std::string& line : lines) expected += line;

  SUBCASE("the outbox goes first, then whole lines in order, however they are cut") {
    LineFeed feed(lines);
    Pair pair = make_tcp_pair();
    Connection* connection = nullptr;
    const auto story = fixture.adopt(std::move(pair.near), {}, &connection);
    fixture.on_worker([&] {
      connection->follow(&feed);
      connection->write("first\n");
      connection->finish(CloseReason::service_ended);
    });
    CHECK(fixture.becomes([&] { return feed.is_blocked; }));  // nobody has read yet
    std::string got;
    CHECK(pair.far.read_to_end(got));
    CHECK(got.size() == expected.size());
    CHECK((got == expected));
    pair.far.reset();
    CHECK(fixture.is_closed(story));
    CHECK(feed.cut > 0);
    CHECK(feed.blocked > 0);
    CHECK(feed.turns_right);
    CHECK_FALSE(feed.has_more());
  }
  SUBCASE("a preface comes between whole lines, after the rest of a cut one") {
    LineFeed feed(lines);
    Pair pair = make_tcp_pair();
    Connection* connection = nullptr;
    const auto story = fixture.adopt(std::move(pair.near), {}, &connection);
    fixture.on_worker([&] { connection->follow(&feed); });
    CHECK(fixture.becomes([&] { return feed.is_blocked && feed.cut > 0; }));
    fixture.on_worker([&] {
      feed.notice = "-- notice --\n";
      connection->write("private\n");
      connection->finish(CloseReason::service_ended);
    });
    std::string got;
    CHECK(pair.far.read_to_end(got));
    const std::size_t notice = got.find("-- notice --\n");
    const std::size_t own = got.find("private\n");
    REQUIRE(notice != std::string::npos);
    REQUIRE(own != std::string::npos);
    CHECK(own < notice);
    CHECK(got[own - 1] == '\n');
    CHECK(got[notice - 1] == '\n');
    got.erase(notice, 13);
    got.erase(own, 8);
    CHECK(("first\n" + got == expected));
    pair.far.reset();
    CHECK(fixture.is_closed(story));
  }
  SUBCASE("a reader that stalls stays blocked, and is not closed: its room laps it") {
    LineFeed feed(lines);
    Pair pair = make_tcp_pair();
    Connection* connection = nullptr;
    const auto story = fixture.adopt(std::move(pair.near), {}, &connection);
    fixture.on_worker([&] { connection->follow(&feed); });
    CHECK(fixture.becomes([&] { return feed.is_blocked; }));
    fixture.on_worker([&] {
      for (int i = 0; i < 100; ++i) connection->touch();
    });
    const std::uint64_t begin =
        fixture.on_worker([&] { return fixture.worker().wheel().now_ms(); });
    CHECK(fixture.becomes([&] { return fixture.worker().wheel().now_ms() > begin + 700; }));
    // The peer's kernel may take a little more at first; a hundred touches add nothing.
    CHECK(fixture.on_worker([&] { return feed.blocked; }) <= 3);
    CHECK(fixture.on_worker([&] { return story->closed; }) == 0);
    fixture.on_worker([&] { connection->follow(nullptr); });
    CHECK(feed.turns_right);
  }
}

}  // namespace

TEST_CASE("Connection: reads and writes on the epoll half") {
  read_and_write(create_epoll_selector);
}
TEST_CASE("Connection: reads and writes on the kqueue half") {
  read_and_write(create_kqueue_selector);
}
TEST_CASE("Connection: ends as it should on the epoll half") {
  ends(create_epoll_selector);
}
TEST_CASE("Connection: ends as it should on the kqueue half") {
  ends(create_kqueue_selector);
}
TEST_CASE("Connection: follows a feed on the epoll half") {
  follow_a_feed(create_epoll_selector);
}
TEST_CASE("Connection: follows a feed on the kqueue half") {
  follow_a_feed(create_kqueue_selector);
}
