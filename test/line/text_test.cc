#include "line/text.h"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "random_input.h"

namespace grotto {
namespace {

using namespace std::string_literals;
const std::string kBad = "\xEF\xBF\xBD";

std::string cleaned(std::string_view text, std::size_t bytes_max = kNoTextBound) {
  std::string scratch;
  return std::string{clean_text(text, scratch, bytes_max)};
}

TEST_CASE("Text: what is clean comes back as it is, without a copy") {
  std::string scratch;
  for (const std::string text :
       {"", "kaixo", "a\tb", "ñandú 日本語 😀", "0123456789abcdefghij ~ é"}) {
    CHECK(clean_text(text, scratch).data() == text.data());
    CHECK(clean_text(text, scratch) == text);
    CHECK(is_clean(text));
  }
}

TEST_CASE("Text: controls are dropped but TAB; UTF-8 is decoded before C1 is looked for") {
  for (unsigned byte = 0; byte != 0x80; ++byte) {
    const bool is_shown_byte = byte == '\t' || (byte >= 0x20 && byte != 0x7F);
    if (byte == 0x1B) continue;
    INFO("byte " << byte);
    const std::string text = "12345678ab" + std::string{static_cast<char>(byte)} + "cd";
    CHECK(cleaned(text) == (is_shown_byte ? text : "12345678abcd"));
    CHECK(is_clean(text) == is_shown_byte);
  }
  CHECK(cleaned("\xC3\x9B") == "Û");  // 0x9B as a continuation byte
  CHECK(cleaned("a\x9B"
                "31m") == "a" + kBad + "31m");
  CHECK(cleaned("a\xC2\x85"
                "b") == "ab");  // NEL
}

TEST_CASE("Text: bidirectional overrides and isolates are dropped, their neighbours kept") {
  for (const char32_t c : {U'\u202A', U'\u202E', U'\u2066', U'\u2069'}) CHECK_FALSE(is_shown(c));
  for (const char32_t c : {U'\u2029', U'\u202F', U'\u2065', U'\u206A'}) CHECK(is_shown(c));
  CHECK(cleaned("a\u202Eb\u2066c\u200Fd") == "abc\u200Fd");
}

TEST_CASE("Text: the escape corpus leaves nothing a terminal obeys") {
  const std::vector<std::pair<std::string, std::string>> corpus{
      {"a\x1b[31mb", "ab"},
      {"a\x1b[?25;1 qb", "ab"},
      {"a\x1b[31", "a"},
      {"a\x1b[3\x07"
       "b",
       "ab"},
      {"a\x1b]0;title\x07"
       "b",
       "ab"},
      {"a\x1b]8;;http://x\x1b\\b", "ab"},
      {"a\x1b]52;c;ZXZpbA==\xC2\x9C"
       "b",
       "ab"},
      {"a\x1b]0;no end", "a"},
      {"a\x1bP1$r0m\x1b\\b", "ab"},
      {"a\x1bXsos\x1b\x1b\\b", "ab"},
      {"a\x1b^pm\x1b\\b\x1b_apc\x1b\\c", "abc"},
      {"a\x1b(Bb\x1b#8c\x1b"
       "7d\x1b=e\x1b"
       "cf",
       "abcdef"},
      {"a\x1bOPb\x1bNxc\x1bO", "abc"},
      {"a\x1b", "a"},
      {"a\x1b\xC3\xB1", "añ"},
      {"a\x1b(\xC3\xB1", "añ"},
      {"a\x1bO\xC3\xB1", "añ"},
      {"a\x1b[\xC3\xB1", "añ"},
      {"a\x1b\x1b[1mb", "ab"},
      {"a\xC2\x9B"
       "31mb",
       "ab"},
      {"a\xC2\x9D"
       "0;t\x07"
       "b",
       "ab"},
      {"a\xC2\x90q\xC2\x9C"
       "b\xC2\x98s\xC2\x9C"
       "c\xC2\x9Ep\xC2\x9C"
       "d\xC2\x9F"
       "a\xC2\x9C"
       "e",
       "abcde"},
      {"a\x1b[", "a"},
      {"a\x1b(", "a"},
  };
  for (const auto& [dirty, clean] : corpus) {
    INFO(dirty.substr(1));
    CHECK(cleaned(dirty) == clean);
    CHECK_FALSE(is_clean(dirty));
  }
}

TEST_CASE("Text: bad UTF-8 becomes U+FFFD, one for each longest well-formed beginning") {
  const std::vector<std::pair<std::string, std::string>> corpus{
      {"a\x80", "a" + kBad},
      {"\xFF\xFE", kBad + kBad},
      {"\xC0\xAF", kBad + kBad},                        // overlong
      {"\xE0\x80\xAF", kBad + kBad + kBad},             // overlong
      {"\xED\xA0\x80", kBad + kBad + kBad},             // a surrogate
      {"\xF4\x90\x80\x80", kBad + kBad + kBad + kBad},  // beyond U+10FFFF
      {"\xE2\x82"
       "b",
       kBad + "b"},  // cut short
      {"\xF0\x9F\x98", kBad},
      {"\xC3\x1b[1m\xB1", kBad + kBad},  // no code point across a sequence
      {"\xF8\x88\x80\x80\x80", kBad + kBad + kBad + kBad + kBad},
  };
  for (const auto& [bad, good] : corpus) {
    INFO(good);
    CHECK(cleaned(bad) == good);
  }
}

TEST_CASE("Text: the result stays inside the bound and is cut between code points") {
  CHECK(cleaned("kaixo", 3) == "kai");
  CHECK(cleaned("kañ", 3) == "ka");
  CHECK(cleaned("kañ", 4) == "kañ");
  CHECK(cleaned("日本", 2) == "");
  CHECK(cleaned("abcdef\x07", 3) == "abc");
  CHECK(cleaned("ab\xFF\xFF", 7) == "ab" + kBad);
  CHECK(cleaned("ab\xFF\xFF", 8) == "ab" + kBad + kBad);
  CHECK(cleaned(std::string(4096, '\xFF'), 4096).size() == 4095);
}

TEST_CASE("Text: random bytes come out clean, and cleaning twice changes nothing") {
  INFO("seed " << test::seed());
  const std::vector<std::string> pieces{"a",    "kaixo da", "\x1b",     "[",    "]0;",      "31m",
                                        "\x07", "\\",       "\xC2",     "\x9B", "\xE2\x80", "\xAE",
                                        "\xFF", "ñ",        "\xF0\x9F", "日",   "\u202E",   "\0"s,
                                        "\t",   "\x1bP",    "\x1bO",    "~"};
  for (std::uint64_t round = 0; round != 3000; ++round) {
    INFO("round " << round);
    test::RandomInput random{round};
    const std::string text = random.of(pieces, 40);
    const std::size_t bound = random.below(3) == 0 ? random.below(40) : kNoTextBound;
    const std::string once = cleaned(text, bound);
    CHECK(once.size() <= bound);
    CHECK(is_clean(once));
    CHECK(cleaned(once) == once);
    for (const char c : once) CHECK((static_cast<unsigned char>(c) >= 0x20 || c == '\t'));
    if (is_clean(text) && bound == kNoTextBound) CHECK(once == text);
  }
}

TEST_CASE("Text: width in columns of a terminal") {
  CHECK(display_width("") == 0);
  CHECK(display_width("kaixo, 0123456789") == 17);
  CHECK(display_width("ñandú") == 5);
  CHECK(display_width("日本語") == 6);
  CHECK(display_width("ｆｕｌｌ") == 8);
  CHECK(display_width("😀") == 2);
  CHECK(display_width("e\u0301\u200B\u00AD") == 1);
  CHECK(display_width("\u1112\u1161\u11AB") == 2);  // one syllable of three letters
}

}  // namespace
}  // namespace grotto
