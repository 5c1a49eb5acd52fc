#include "base/escape.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using grotto::escaped;
using grotto::utf8_sequence;

TEST_CASE("escaped: visible text of any script passes, everything else is written out") {
  CHECK(escaped("kaixo, Oñati 🦇 小明 ไทย") == "kaixo, Oñati 🦇 小明 ไทย");
  CHECK(escaped("a\x1b[31mb") == "a\\u{1b}[31mb");
  CHECK(escaped("a\r\nb\tc") == "a\\u{d}\\u{a}b\\u{9}c");
  CHECK(escaped("\x7f\u0085") == "\\u{7f}\\u{85}");
  CHECK(escaped(std::string_view("\0", 1)) == "\\u{0}");
  CHECK(escaped("\u202eevil\u2066") == "\\u{202e}evil\\u{2066}");
  CHECK(escaped("\u200b\ufeff\u2028") == "\\u{200b}\\u{feff}\\u{2028}");
  CHECK(escaped("a\\b") == "a\\\\b");
  CHECK(escaped("\xff\xfe") == "\\xff\\xfe");
  CHECK(escaped("\xc3") == "\\xc3");
  CHECK(escaped("\xc0\x80") == "\\xc0\\x80");
  CHECK(escaped("\xed\xa0\x80") == "\\xed\\xa0\\x80");
  CHECK(escaped("\xf4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80");
  CHECK(escaped("\x9b"
                "31m") == "\\x9b31m");
}

TEST_CASE("escaped: no two-byte input leaves a control or an ill-formed byte") {
  for (unsigned first = 0; first < 256; ++first) {
    for (unsigned second = 0; second < 256; ++second) {
      const std::string text =
          escaped(std::string{static_cast<char>(first), static_cast<char>(second)});
      for (std::string_view rest = text; !rest.empty();) {
        char32_t c = 0;
        const std::size_t length = utf8_sequence(rest, c);
        REQUIRE(length > 0);
        REQUIRE(c >= 0x20);
        REQUIRE((c < 0x7f || c > 0x9f));
        rest.remove_prefix(length);
      }
    }
  }
}

TEST_CASE("utf8_sequence: every code point is read back from its encoding") {
  char32_t c = 0;
  CHECK(utf8_sequence("a", c) == 1);
  CHECK(c == U'a');
  CHECK(utf8_sequence("ñ", c) == 2);
  CHECK(c == U'ñ');
  CHECK(utf8_sequence("小", c) == 3);
  CHECK(c == U'小');
  CHECK(utf8_sequence("🦇", c) == 4);
  CHECK(c == U'🦇');
  CHECK(utf8_sequence("", c) == 0);
  CHECK(utf8_sequence("\xe0\x9f\xbf", c) == 0);  // U+07FF in one byte too many
}
