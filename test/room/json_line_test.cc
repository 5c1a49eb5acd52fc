#include "room/json_line.h"

#include <doctest/doctest.h>

#include <cstdio>
#include <string>
#include <vector>

#include "crowd.h"
#include "room/line_form.h"

namespace grotto {

namespace {

constexpr std::int64_t kAt = 1'769'853'600'123;
constexpr std::string_view kEnd = ",\"at\":\"2026-01-31T10:00:00.123Z\"}\r\n";

/// The object without its beginning (id 41 in the lobby) and its end, which must be there.
std::string object(LineKind kind, std::string_view line) {
  Entry entry;
  entry.at_ms = kAt;
  entry.kind_bits = static_cast<std::uint32_t>(kind) & 7U;
  std::string out;
  append_json_line("lobby", 41, entry, line, Framing::lines, out);
  REQUIRE(out.ends_with(kEnd));
  const std::string in_room = ",\"id\":41,\"room\":\"lobby\"";
  const std::size_t at = out.find(in_room);
  REQUIRE(at != std::string::npos);
  const std::string without_end = out.substr(0, out.size() - kEnd.size());
  return without_end.substr(0, at) + without_end.substr(at + in_room.size());
}

}  // namespace

TEST_CASE("JSON lines: the example of the protocol, byte by byte") {
  Entry entry;
  entry.at_ms = kAt;
  std::string out = "before ";
  append_json_line("lobby", 41, entry, "oskar: kaixo\r\n", Framing::lines, out);
  CHECK(out == R"(before {"type":"say","id":41,"room":"lobby","from":"oskar","text":"kaixo",)"
               R"("at":"2026-01-31T10:00:00.123Z"})"
               "\r\n");
}

TEST_CASE("JSON lines: every kind of line") {
  CHECK(object(LineKind::say, "luzmi: a: b\r\n") ==
        R"({"type":"say","from":"luzmi","text":"a: b")");
  CHECK(object(LineKind::say, "luzmi: \r\n") == R"({"type":"say","from":"luzmi","text":"")");
  CHECK(object(LineKind::say, "[::1]:40712: kaixo\r\n") ==
        R"({"type":"say","from":"[::1]:40712","text":"kaixo")");
  CHECK(object(LineKind::say, "nobody has a name\r\n") ==
        R"({"type":"say","text":"nobody has a name")");
  CHECK(object(LineKind::action, "* luzmi waves: hi\r\n") ==
        R"({"type":"me","from":"luzmi","text":"waves: hi")");
  CHECK(object(LineKind::join, "luzmi has joined the chat!\r\n") ==
        R"({"type":"join","from":"luzmi","text":"luzmi has joined the chat!")");
  CHECK(object(LineKind::leave, "luzmi has left the chat.\r\n") ==
        R"({"type":"leave","from":"luzmi","text":"luzmi has left the chat.")");
  CHECK(object(LineKind::leave, "[::1]:40712 has left the chat: so: bye\r\n") ==
        R"({"type":"leave","from":"[::1]:40712","reason":"so: bye",)"
        R"("text":"[::1]:40712 has left the chat: so: bye")");
  CHECK(object(LineKind::rename, "luzmi is now known as a.b..\r\n") ==
        R"({"type":"nick","from":"luzmi","to":"a.b.","text":"luzmi is now known as a.b..")");
  CHECK(object(LineKind::topic, "luzmi changed the topic: bats: all\r\n") ==
        R"({"type":"topic","from":"luzmi","topic":"bats: all",)"
        R"("text":"luzmi changed the topic: bats: all")");
  CHECK(object(LineKind::topic, "luzmi removed the topic.\r\n") ==
        R"({"type":"topic","from":"luzmi","topic":"","text":"luzmi removed the topic.")");
  CHECK(object(LineKind::notice, "ana is the operator of this room now.\r\n") ==
        R"({"type":"notice","text":"ana is the operator of this room now.")");
  CHECK(object(LineKind::moves, "3 joined, 12 left\r\n") ==
        R"({"type":"notice","joined":3,"left":12,"text":"3 joined, 12 left")");
  CHECK(object(LineKind::moves, "1 left\r\n") ==
        R"({"type":"notice","joined":0,"left":1,"text":"1 left")");
}

TEST_CASE("JSON lines: lines that a file brought and nobody could have said") {
  CHECK(object(LineKind::say, "") == R"({"type":"say","text":"")");
  CHECK(object(LineKind::rename, "x") == R"({"type":"nick","from":"x","to":"","text":"x")");
  CHECK(object(LineKind::topic, "") == R"({"type":"topic","topic":"","text":"")");
  CHECK(object(LineKind::moves, "99999999999999999999 joined") ==
        R"({"type":"notice","joined":0,"left":0,"text":"99999999999999999999 joined")");
  CHECK(object(LineKind::say, "a\x1b: \xff\x01\"\r\n") ==
        "{\"type\":\"say\",\"from\":\"a\\u001b\",\"text\":\"\ufffd\\u0001\\\"\"");
}

TEST_CASE("LineForm: JSON is one form, whatever else was asked for, and forgets none of it") {
  for (const bool timed : {false, true}) {
    for (const bool colored : {false, true}) {
      for (const bool tagged : {false, true}) {
        const LineForm json({timed, colored, true}, tagged);
        CHECK(json.is_json());
        CHECK_FALSE(json.is_plain());
        CHECK(json.index() < kLineForms);
        CHECK(json.index() == LineForm({.is_json = true}, false).index());
        CHECK(json.is_tagged() == tagged);
        CHECK(json.look().is_timed == timed);
        CHECK(json.look().is_colored == colored);
        const LineForm other({timed, colored}, tagged);
        CHECK(other.index() != json.index());
        CHECK_FALSE(other.is_json());
      }
    }
  }
}

namespace {

using testing::Crowd;

/// `text` cut at each CR LF; it must end with one.
std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t start = 0;
  while (start < text.size()) {
    const std::size_t end = text.find("\r\n", start);
    REQUIRE(end != std::string::npos);
    lines.push_back(text.substr(start, end - start));
    start = end + 2;
  }
  return lines;
}

}  // namespace

TEST_CASE("LocalRoom: two readers, one plain and one JSON, in focus or not, read the same lines") {
  Crowd crowd;
  auto ana = crowd.enters("ana");
  auto plain = crowd.enters("plain");
  auto json = crowd.enters("json");
  auto aside = crowd.enters("aside");
  json->set_form(LineForm({.is_json = true}, false));
  aside->set_form(LineForm({.is_timed = true, .is_json = true}, true));
  for (int i = 0; i < 3; ++i) crowd.says(*ana, "\"" + std::to_string(i) + "\"");
  crowd.tick();
  plain->flush();
  json->flush(25);  // the rest of the cut line follows whole
  json->flush();
  aside->flush();
  CHECK(plain->read == "ana: \"0\"\r\nana: \"1\"\r\nana: \"2\"\r\n");
  CHECK(json->read == aside->read);
  const auto lines = lines_of(json->read);
  REQUIRE(lines.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    const std::string number = std::to_string(i);
    CHECK(lines[i].starts_with("{\"type\":\"say\",\"id\":" + number +
                               ",\"room\":\"lobby\",\"from\":\"ana\",\"text\":\"\\\"" + number +
                               "\\\"\",\"at\":\"20"));
    CHECK(lines[i].ends_with("Z\"}"));
  }
}

TEST_CASE("LocalRoom: history as JSON has no marks; where now begins is known on joining") {
  Crowd crowd;
  auto ana = crowd.enters("ana");
  crowd.says(*ana, "one");
  crowd.local().append(LineKind::join, nullptr, {"jon has joined the chat!"});
  crowd.says(*ana, "two");
  crowd.tick();
  testing::FakeMember oskar("oskar");
  oskar.set_form(LineForm({.is_json = true}, false));
  CHECK(crowd.local().join(oskar, oskar.name(), 20) == 2);
  CHECK(oskar.now_begins_at() == 3);
  oskar.flush();
  crowd.says(*ana, "three");
  crowd.tick();
  oskar.flush();
  const auto lines = lines_of(oskar.read);
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].find("\"id\":0,") != std::string::npos);
  CHECK(lines[1].find("\"id\":2,") != std::string::npos);
  CHECK(lines[2].find("\"id\":3,") != std::string::npos);
  CHECK_FALSE(oskar.has_more());
}

TEST_CASE("LocalRoom: a lapped reader of JSON is told so in an object, with the right count") {
  Limits limits;
  limits.window_lines_max = 10;
  limits.window_bytes_min = limits.window_bytes_max = 1024;
  Crowd crowd(1, limits);
  auto ana = crowd.enters("ana");
  auto slow = crowd.enters("slow");
  slow->set_form(LineForm({.is_json = true}, true));
  slow->block();
  crowd.pass_ms(300);  // a newcomer's patience
  for (int i = 0; i < 2000; ++i) {
    REQUIRE(crowd.local().may_say(*ana));
    crowd.says(*ana, std::to_string(i));
    crowd.tick();
    ana->flush();
  }
  slow->unblock();
  slow->flush();
  const auto lines = lines_of(slow->read);
  unsigned skipped = 0;
  REQUIRE(std::sscanf(lines[0].c_str(), R"({"type":"skipped","room":"lobby","count":%u,"at":"20)",
                      &skipped) == 1);
  CHECK(lines.size() == 1 + 2000 - skipped);
  for (std::size_t i = 1; i < lines.size(); ++i) {
    CHECK(
        lines[i].starts_with("{\"type\":\"say\",\"id\":" + std::to_string(skipped + i - 1) + ","));
  }
}

TEST_CASE("JSON line: in each framing it is the same object") {
  Entry entry;
  entry.at_ms = 0;
  std::string out;
  append_json_line("lobby", 41, entry, "oskar: kaixo\r\n", Framing::lines, out);
  const std::string object = out.substr(0, out.size() - 2);
  out.clear();
  append_json_line("lobby", 41, entry, "oskar: kaixo\r\n", Framing::events, out);
  CHECK(out == "id: 41\ndata: " + object + "\n\n");
  out.clear();
  append_json_line("lobby", 41, entry, "oskar: kaixo\r\n", Framing::websocket, out);
  CHECK(out.substr(0, 2) == std::string{'\x81', static_cast<char>(object.size())});
  CHECK(out.substr(2) == object);
}

}  // namespace grotto
