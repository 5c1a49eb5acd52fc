#include "client/chat/send_queue.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace grotto::client;  // NOLINT: a test of one layer

namespace {

using Lines = std::vector<std::string>;

/// A queue in which these were added, and sent.
SendQueue sent(const Lines& lines) {
  SendQueue queue;
  for (const std::string& line : lines) {
    REQUIRE(queue.add(line));
    REQUIRE(queue.take_next() == line);
  }
  return queue;
}

}  // namespace

TEST_CASE("SendQueue: a line that came back has arrived, with those before it") {
  SendQueue queue = sent({"one", "/who", "two", "three"});
  queue.on_said("two");
  CHECK(queue.size() == 1);
  queue.on_said("three");
  CHECK(queue.size() == 0);
}

TEST_CASE("SendQueue: lines come back as others read them") {
  for (const auto& [typed, said] : std::vector<std::pair<std::string, std::string>>{
           {"//slash", "/slash"}, {"/me waves", "waves"}, {"a\x1b[31mb", "ab"}, {" x ", " x "}}) {
    SendQueue queue = sent({typed, "after"});
    queue.on_said(said);
    CHECK(queue.size() == 1);
  }
}

TEST_CASE("SendQueue: what did not come back is sent again, once, and commands are told") {
  SendQueue queue = sent({"one", "/topic x", "two"});
  queue.on_said("one");
  REQUIRE(queue.add("three"));
  CHECK(queue.on_lost() == Lines{"/topic x"});
  CHECK(queue.has_doubtful());
  SUBCASE("when it had not arrived") {
    CHECK(queue.take_next() == "two");
    CHECK(queue.take_next() == "three");
    CHECK_FALSE(queue.take_next().has_value());
  }
  SUBCASE("when it had arrived, and is read among what was missed") {
    queue.on_said("two");
    CHECK_FALSE(queue.has_doubtful());
    CHECK(queue.take_next() == "three");
  }
  SUBCASE("when the connection breaks once more before anything was sent") {
    CHECK(queue.on_lost().empty());
    CHECK(queue.has_doubtful());
    CHECK(queue.take_doubtful() == Lines{"two"});
    CHECK(queue.take_next() == "three");
  }
}

TEST_CASE("SendQueue: a line of others that reads the same confirms nothing that was not sent") {
  SendQueue queue;
  REQUIRE(queue.add("waits"));
  queue.on_said("waits");
  CHECK(queue.size() == 1);
}

TEST_CASE("SendQueue: refusals take what they refuse") {
  SendQueue queue = sent({"/who", "short", std::string(5'000, 'x'), "last"});
  queue.on_refusal("too-long", 4'096);
  CHECK(queue.size() == 3);
  queue.on_refusal("muted", 4'096);
  CHECK(queue.size() == 2);
  queue.on_refusal("no-such-room", 4'096);
  CHECK(queue.size() == 1);
  CHECK(queue.on_lost().empty());
  CHECK(queue.take_next() == "last");
}

TEST_CASE("SendQueue: it is bounded in lines and in bytes") {
  SendQueue lines;
  for (std::size_t i = 0; i < SendQueue::kLinesMax; ++i) REQUIRE(lines.add("x"));
  CHECK_FALSE(lines.add("x"));
  CHECK(lines.take_all().size() == SendQueue::kLinesMax);
  CHECK(lines.add("x"));
  SendQueue bytes;
  CHECK(bytes.add(std::string(SendQueue::kBytesMax, 'x')));
  CHECK_FALSE(bytes.add("x"));
}
