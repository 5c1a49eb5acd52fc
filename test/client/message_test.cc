#include "client/chat/message.h"

#include <doctest/doctest.h>

#include <string>

#include "line/text.h"

using namespace grotto;          // NOLINT: a test of one layer
using namespace grotto::client;  // NOLINT

TEST_CASE("Message: the keys of the protocol are read") {
  const auto made = Message::parse(
      R"({"type":"names","room":"cave","names":["ana","oskar"],"operators":["ana"],"more":3,"next":9,"at":"2026-01-31T10:00:12.000Z"})");
  REQUIRE(made.has_value());
  CHECK(made->type == Message::Type::names);
  CHECK(made->names == std::vector<std::string>{"ana", "oskar"});
  CHECK(made->more == 3);
  CHECK(made->next == 9);
  CHECK_FALSE(made->id.has_value());
}

TEST_CASE("Message: an escape sequence that hides in an escape of JSON is no more afterwards") {
  const auto made = Message::parse(
      R"({"type":"say","id":1,"room":"lob\u001b[2Jby","from":"e\u009b31mve","text":"\u001b]0;title\u0007a\u202eb\r\n","names":["\u001b[H"]})");
  REQUIRE(made.has_value());
  CHECK(made->room == "lobby");
  CHECK(made->from == "eve");
  CHECK(made->text == "ab");
  CHECK(made->names.front().empty());
}

TEST_CASE("Message: what is no object with a type is none") {
  for (const char* const line :
       {"", "hello", "{", "[]", "{}", "{\"type\":3}", "\"{\"", "{\"type\":"}) {
    CAPTURE(line);
    CHECK_FALSE(Message::parse(line).has_value());
  }
  CHECK_FALSE(Message::parse(std::string(100'000, '[')).has_value());
  CHECK_FALSE(Message::parse("{\"type\":" + std::string(100'000, '[')).has_value());
}

TEST_CASE("Message: keys of another type and words of later versions are left out") {
  const auto made = Message::parse(
      R"({"type":"dance","id":-1,"room":3,"text":null,"names":[1,"a",{}],"new":{}})");
  REQUIRE(made.has_value());
  CHECK(made->type == Message::Type::unknown);
  CHECK_FALSE(made->id.has_value());
  CHECK(made->room.empty());
  CHECK(made->names == std::vector<std::string>{"a"});
}
