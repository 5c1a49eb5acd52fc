#include "script/source_map.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace grotto {
namespace {

TEST_CASE("SourceMap: lines and columns count from 1, columns in code points") {
  const SourceMap map("añ😀b\nc\n");
  CHECK(map.place_at(0) == Place{1, 1});
  CHECK(map.place_at(3) == Place{1, 3});
  CHECK(map.place_at(7) == Place{1, 4});
  CHECK(map.place_at(8) == Place{1, 5});  // the line end
  CHECK(map.place_at(9) == Place{2, 1});
  CHECK(map.place_at(11) == Place{3, 1});
  CHECK(map.place_at(1000) == Place{3, 1});
  CHECK(SourceMap("").place_at(0) == Place{1, 1});
  CHECK(SourceMap("\xEF\xBB\xBFx").place_at(0) == Place{1, 1});
}

TEST_CASE("SourceMap: places in long lines are those that a naive count finds") {
  std::string text;
  for (int i = 0; i != 5000; ++i) text += i % 1777 == 1776 ? "\n" : i % 3 == 0 ? "ñ" : "x";
  const SourceMap map(text);
  Place place;
  for (std::size_t at = 0; at <= text.size(); ++at) {
    if (at != 0 && text[at - 1] == '\n') {
      place = {place.line + 1, 1};
    } else if (at != 0 && (static_cast<unsigned char>(text[at - 1]) & 0xC0U) != 0x80U) {
      ++place.column;
    }
    const bool is_inside =
        at != text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
    if (is_inside) continue;
    REQUIRE(map.place_at(at) == place);
    REQUIRE(map.inside(place, "", 0).line == map.place_at(at + 1).line);
  }
}

TEST_CASE("SourceMap: a byte of a text is found through its escapes") {
  struct Case {
    std::string_view source;
    std::string_view value;
    std::size_t offset;
    Place place;
  };
  for (const auto& [source, value, offset, place] : std::vector<Case>{
           {"\"abc\"", "abc", 2, {1, 4}},
           {"\"abc\"", "abc", 3, {1, 5}},
           {"'a\\b'", "a\\b", 2, {1, 4}},
           {R"("\t\"b")", "\t\"b", 2, {1, 6}},
           {R"("\u00f1\U0001F600b")", "ñ😀b", 6, {1, 18}},
           {R"("\u0041\u20ACb")", "A€b", 4, {1, 14}},
           {"\"ñ😀b\"", "ñ😀b", 6, {1, 4}},
           {"\"\"\"abc\"\"\"", "abc", 1, {1, 5}},
           {"\"\"\"\nabc\"\"\"", "abc", 1, {2, 2}},
           {"\"\"\"\r\na\r\nbc\"\"\"", "a\nbc", 3, {3, 2}},
           {"\"\"\"a \\\n   \n  bc\"\"\"", "a bc", 2, {3, 3}},
           {"\"\"\"a \\  \n  bc\"\"\"", "a bc", 3, {2, 4}},
           {"\"\"\"\\\n  bc\"\"\"", "bc", 0, {2, 3}},
           {"'''\na\\\nb'''", "a\\\nb", 3, {3, 1}},
           {"\"\"\"a\"\"b\"\"\"", "a\"\"b", 3, {1, 7}},
           // Not what is in the file: the text's begin.
           {"\"abc\"", "xbc", 2, {1, 1}},
           {"\"abc", "abcdef", 6, {1, 1}},
           {"", "abc", 1, {1, 1}},
       }) {
    INFO(source);
    const SourceMap map(source);
    CHECK(map.inside({1, 1}, value, offset) == place);
  }
  const SourceMap map("x = 1\nñ = \"ab\"\n");
  CHECK(map.inside({2, 5}, "ab", 1) == Place{2, 7});
  CHECK(map.inside({9, 9}, "ab", 1) == Place{9, 9});
  CHECK(map.inside({0, 0}, "ab", 1) == Place{0, 0});
}

}  // namespace
}  // namespace grotto
