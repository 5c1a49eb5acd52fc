#include "base/json_object.h"

#include <doctest/doctest.h>

#include <array>
#include <random>
#include <string>

#include "base/escape.h"
#include "support/seed.h"

#if __has_include(<nlohmann/json.hpp>)
#include <nlohmann/json.hpp>
#define GROTTO_HAS_TWIN 1
#endif

namespace grotto {

namespace {
std::string as_json(std::string_view text) {
  std::string out;
  append_json_text(text, out);
  return out;
}
}  // namespace

TEST_CASE("JsonObject: text of any script stands as it is, and so does what only HTML minds") {
  CHECK(as_json("") == R"("")");
  CHECK(as_json("kaixo, Oñati 🦇 小明 </script> &'/") == R"("kaixo, Oñati 🦇 小明 </script> &'/")");
  CHECK(as_json(R"(a "quote" and a \)") == R"("a \"quote\" and a \\")");
  CHECK(as_json("a\tb\r\nc") == R"("a\tb\r\nc")");
}

TEST_CASE("JsonObject: every control, and whatever ends a line somewhere, is escaped") {
  for (unsigned each = 0; each < 0x20; ++each) {
    CAPTURE(each);
    const std::string out = as_json(std::string(1, static_cast<char>(each)));
    CHECK(out.size() == (each == '\t' || each == '\n' || each == '\r' ? 4 : 8));
    CHECK(out.starts_with("\"\\"));
  }
  CHECK(as_json(std::string(1, '\0')) == R"("\u0000")");
  CHECK(as_json("\x1b[31m") == R"("\u001b[31m")");
  CHECK(as_json("\x7f") == R"("\u007f")");
  CHECK(as_json("\u0080\u0085\u009f\u00a0") == "\"\\u0080\\u0085\\u009f\u00a0\"");
  CHECK(as_json("\u2027\u2028\u2029\u202a") == "\"\u2027\\u2028\\u2029\u202a\"");
}

TEST_CASE("JsonObject: what is not UTF-8 becomes U+FFFD, byte by byte") {
  CHECK(as_json("a\xff"
                "b") ==
        "\"a\ufffd"
        "b\"");
  CHECK(as_json("\xc3") == "\"\ufffd\"");
  CHECK(as_json("\xc0\x80") == "\"\ufffd\ufffd\"");
  CHECK(as_json("\xed\xa0\x80") == "\"\ufffd\ufffd\ufffd\"");
  CHECK(as_json("\xf0\x9f\xa6") == "\"\ufffd\ufffd\ufffd\"");
}

TEST_CASE("JsonObject: keys in the order of the calls, one line with its end") {
  std::string out = "before ";
  const std::array<std::string, 2> names = {"ana", "a\"b"};
  JsonObject(out)
      .text("type", "names")
      .number("id", ~std::uint64_t{0})
      .texts("names", names)
      .texts("none", {})
      .moment("at", 1'769'853'600'123)
      .end();
  CHECK(out ==
        R"(before {"type":"names","id":18446744073709551615,"names":["ana","a\"b"],"none":[],)"
        R"("at":"2026-01-31T10:00:00.123Z"})");
  std::string empty;
  JsonObject(empty).end();
  CHECK(empty == "{}");
}

#ifdef GROTTO_HAS_TWIN
TEST_CASE("JsonObject: a strict parser reads back what was written, under a printed seed") {
  std::mt19937_64 random(test::seed());
  CAPTURE(test::seed());
  // Bytes that matter come more often than at random.
  constexpr std::string_view kPieces[] = {"\"", "\\", "\x1b", "\u2028", "\u0085", "🦇",
                                          "é",  "a",  "\xff", "\xe2",   "\x80",   "\n"};
  for (int round = 0; round < 5'000; ++round) {
    std::string text;
    for (auto left = random() % 40; left > 0; --left) {
      if (random() % 2 == 0) {
        text += kPieces[random() % std::size(kPieces)];
      } else {
        text += static_cast<char>(random() % 256);
      }
    }
    std::string naive;  // bad bytes replaced, else the same
    for (std::string_view rest = text; !rest.empty();) {
      char32_t code_point = 0;
      const std::size_t bytes = utf8_sequence(rest, code_point);
      naive += bytes == 0 ? std::string_view("\ufffd") : rest.substr(0, bytes);
      rest.remove_prefix(bytes == 0 ? 1 : bytes);
    }
    const std::string out = as_json(text);
    REQUIRE(nlohmann::json::parse(out).get<std::string>() == naive);
    REQUIRE(out.find_first_of("\r\n\x1b\x7f") == std::string::npos);
    REQUIRE(out.size() <= 2 + 6 * text.size());
  }
}
#endif

}  // namespace grotto
