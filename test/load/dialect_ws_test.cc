#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "conversation.h"
#include "line/frame.h"
#include "load/dialect/dialect.h"

using namespace grotto::load;           // NOLINT: a test of one module
using namespace grotto::load::testing;  // NOLINT

namespace {

/// A server's frame: never masked.
std::string frame(unsigned opcode, const std::string& text, bool is_final = true) {
  return std::string(grotto::FrameHeader(opcode, is_final, text.size()).bytes()) + text;
}

/// The text of a client's frame, which must be masked; what follows it is left in `bytes`.
std::string unmasked(std::string& bytes) {
  REQUIRE(bytes.size() >= 6);
  REQUIRE((static_cast<unsigned char>(bytes[1]) & 0x80U) != 0);
  const std::size_t size = static_cast<unsigned char>(bytes[1]) & 0x7FU;
  REQUIRE(size <= 125);
  const std::string key = bytes.substr(2, 4);
  std::string text = bytes.substr(6, size);
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>(text[i] ^ key[i % 4]);
  bytes.erase(0, 6 + size);
  return text;
}

std::string object_of(std::uint64_t sequence, std::uint64_t id, std::uint32_t sender = 3) {
  return R"({"type":"say","id":)" + std::to_string(id) + R"(,"room":"lobby","from":"abcde-)" +
         std::to_string(sender) + R"(","text":")" + text_of(sequence, sender) +
         R"(","at":"2026-01-31T10:00:00.123Z"})";
}

const std::string kNamesFrom5 =
    R"({"type":"names","room":"lobby","names":["ana"],"operators":[],"more":0,"next":5})";
// For the key of kNonce, by another implementation (Python's hashlib and base64).
const std::string kUpgraded =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "sec-websocket-ACCEPT:  KL11BEKnHLKcUVX1G2ufTl1Ke7Q= \r\n\r\n";

}  // namespace

TEST_CASE("Dialect ws: after the upgrade a name is given, and who reads the names is in") {
  const auto dialect = make_dialect("ws", Purpose::room, kNonce);
  CHECK(greeting(*dialect).starts_with("GET /ws HTTP/1.1\r\nHost: localhost\r\n"));
  CHECK(greeting(*dialect).find("\r\nSec-WebSocket-Key: abcdegrottoload123456A==\r\n") !=
        std::string::npos);
  Conversation heard = check_cuts(
      *dialect,
      kUpgraded + frame(1, R"({"type":"question","asks":"name","text":"Greetings!"})") +
          frame(1, kNamesFrom5) + frame(1, object_of(1, 4)) + frame(1, object_of(2, 5)) +
          frame(9, "are you there") + frame(10, "") +
          frame(1, R"({"type":"skipped","room":"lobby","count":37})") +
          frame(1, R"({"type":"leave","id":7,"room":"lobby","from":"x","text":"x has left"})"));
  CHECK(kinds(heard) == std::vector{Kind::notice, Kind::notice, Kind::ready, Kind::notice,
                                    Kind::payload, Kind::notice, Kind::notice, Kind::skipped,
                                    Kind::notice});
  CHECK(heard.frames[4].text == text_of(2));
  CHECK(dialect->is_lead_of(heard.frames[4].lead, 3));
  CHECK_FALSE(dialect->is_lead_of(heard.frames[4].lead, 4));
  CHECK_FALSE(dialect->is_lead_of("", 3));
  CHECK(heard.frames[7].number == 37);
  CHECK(unmasked(heard.answers) == "abcde-7");
  CHECK(unmasked(heard.answers) == "are you there");  // a pong
  CHECK(heard.answers.empty());
  std::string farewell(dialect->farewell());
  CHECK(unmasked(farewell) == "/quit");
}

TEST_CASE("Dialect ws: a line is a masked message, each with a mask of its own") {
  const auto dialect = make_dialect("ws", Purpose::room, kNonce);
  std::string masks;
  for (std::uint64_t sequence = 0; sequence < 3; ++sequence) {
    std::string line(2 * Dialect::kHeadBytesMax + 50, ' ');
    line.resize(put_line(*dialect, {.member = 7}, {.tag = 99, .sender = 3, .sequence = sequence},
                         50, line.data()));
    const std::string mask = line.substr(2, 4);
    CHECK(mask != std::string(4, '\0'));
    CHECK(masks.find(mask) == std::string::npos);
    masks += mask;
    CHECK(unmasked(line) == text_of(sequence));
    CHECK(line.empty());
  }
}

TEST_CASE("Dialect ws: an echo gives messages back, text or binary, of every size") {
  const auto dialect = make_dialect("ws", Purpose::echo, kNonce);
  CHECK(dialect->farewell().empty());
  for (const std::size_t size : {50U, 125U, 126U, 1000U}) {
    const Conversation heard = check_cuts(*dialect, kUpgraded + frame(1, text_of(1, 3, size)));
    CHECK(kinds(heard) == std::vector{Kind::ready, Kind::payload});
    CHECK(heard.frames[1].text == text_of(1, 3, size));
  }
  const Conversation large = listen(*dialect, kUpgraded + frame(2, text_of(1, 3, 70'000)), 0);
  CHECK(large.frames.back().text.size() == 70'000);
}

TEST_CASE("Dialect ws: an echo may give a message back in pieces, with control frames between") {
  const auto dialect = make_dialect("ws", Purpose::echo, kNonce);
  const std::string text = text_of(1, 3, 300);
  const std::string pieces = frame(1, text.substr(0, 100), false) + frame(9, "well?") +
                             frame(0, "", false) + frame(0, text.substr(100, 50), false) +
                             frame(0, text.substr(150));
  const Conversation heard = check_cuts(*dialect, kUpgraded + pieces + pieces + frame(1, text));
  CHECK(kinds(heard) == std::vector{Kind::ready, Kind::notice, Kind::notice, Kind::notice,
                                    Kind::notice, Kind::payload, Kind::notice, Kind::notice,
                                    Kind::notice, Kind::notice, Kind::payload, Kind::payload});
  for (const std::size_t at : {5U, 10U, 11U}) CHECK(heard.frames[at].text == text);
}

TEST_CASE("Dialect ws: pieces out of order, without an end or of a room are aliens") {
  const std::string text = text_of(1);
  const auto last_of = [](Purpose purpose, const std::string& words) {
    const auto dialect = make_dialect("ws", purpose, kNonce);
    Talk talk{.member = 7, .step = 2};  // it is in
    return kinds(listen(*dialect, words, words.size(), 0, talk)).back();
  };
  CHECK(last_of(Purpose::echo, frame(1, text, false) + frame(1, text)) == Kind::alien);
  CHECK(last_of(Purpose::echo, frame(1, text, false) + frame(0, text)) == Kind::payload);
  CHECK(last_of(Purpose::room, frame(1, text, false)) == Kind::alien);
  std::string endless = frame(1, text, false);
  for (int i = 0; i < 17; ++i) endless += frame(0, std::string(65'536, 'a'), false);
  CHECK(last_of(Purpose::echo, endless) == Kind::alien);  // over 1 MiB
}

TEST_CASE("Dialect ws: who answers wrongly is an alien or refuses, and why is told") {
  const auto dialect = make_dialect("ws", Purpose::room, kNonce);
  const auto only = [&](const std::string& words) {
    const Conversation heard = check_cuts(*dialect, words);
    REQUIRE(heard.frames.size() == 1);
    return heard.frames[0];
  };
  CHECK(only("Greetings from the grotto!\r\n").kind == Kind::alien);
  CHECK(only("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n").kind == Kind::refused);
  std::string wrong = kUpgraded;
  wrong[wrong.size() - 10] ^= 1;
  CHECK(only(wrong).kind == Kind::alien);
  CHECK(only("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n").kind == Kind::alien);
  const std::string refusal = R"({"type":"refusal","code":"name-taken","text":"is taken"})";
  CHECK(kinds(check_cuts(*dialect, kUpgraded + frame(1, refusal))) ==
        std::vector{Kind::notice, Kind::refused});
}

TEST_CASE("Dialect ws: who closes is answered with his code, and nothing may follow") {
  const auto dialect = make_dialect("ws", Purpose::echo, kNonce);
  Conversation closed = check_cuts(*dialect, kUpgraded + frame(8, "\x03\xF1too long"));
  REQUIRE(kinds(closed) == std::vector{Kind::ready, Kind::ended});
  CHECK(closed.frames[1].number == 1009);
  CHECK(closed.frames[1].text == "too long");
  CHECK(static_cast<unsigned char>(closed.answers[0]) == 0x88);
  CHECK(unmasked(closed.answers) == "\x03\xF1");
  CHECK(closed.answers.empty());

  const Conversation codeless = check_cuts(*dialect, kUpgraded + frame(8, ""));
  REQUIRE(kinds(codeless) == std::vector{Kind::ready, Kind::ended});
  CHECK(codeless.frames[1].number == 0);

  const std::string end = kUpgraded + frame(8, "\x03\xE8");
  CHECK(kinds(listen(*dialect, end + frame(1, text_of(1)), end.size())) ==
        std::vector{Kind::ready, Kind::ended, Kind::alien});
}

TEST_CASE("Dialect ws: after a frame that may not be, nothing more is understood") {
  const auto dialect = make_dialect("ws", Purpose::echo, kNonce);
  const std::string text = text_of(1);
  std::string masked(2 * Dialect::kHeadBytesMax + text.size(), ' ');
  masked.resize(put_line(*dialect, {}, {.tag = 99, .sender = 3}, text.size(), masked.data()));
  const std::string too_long("\x81\x7F\x00\x00\x00\x01\x00\x00\x00\x00", 10);
  for (const std::string& bad :
       {masked, std::string("\xC1\x00", 2), std::string("\x83\x00", 2), frame(0, text),
        frame(9, "", false), std::string("\x89\x7E\x00\x80", 4), frame(8, "\x03"), too_long}) {
    const Conversation heard =
        listen(*dialect, kUpgraded + bad + frame(1, text), kUpgraded.size() + bad.size());
    CHECK(kinds(heard) == std::vector{Kind::ready, Kind::alien, Kind::notice});
    CHECK(heard.rest.empty());
  }
}
