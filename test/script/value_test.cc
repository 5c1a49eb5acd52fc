#include "script/value.h"

#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "script/date.h"
#include "script/words.h"

namespace grotto {
namespace {

using namespace std::string_literals;

TEST_CASE("Value: as a person and as a program read it") {
  struct Case {
    Value value;
    std::string text;
    std::string json;
  };
  const std::vector<Case> cases{
      {Value{}, "", "null"},
      {true, "yes", "true"},
      {false, "no", "false"},
      {3.0, "3", "3"},
      {-2.5, "-2.5", "-2.5"},
      {0.0, "0", "0"},
      {-0.0, "0", "0"},
      {0.1 + 0.2, "0.3", "0.3"},
      {999999999999999.0, "999999999999999", "999999999999999"},
      {-0.00000123, "-0.00000123", "-0.00000123"},
      {1e21, "1000000000000000000000", "1000000000000000000000"},
      {std::numeric_limits<double>::infinity(), "", "null"},
      {"a \"b\"\n\x1b"s, "a \"b\"\n\x1b", "\"a \\\"b\\\"\\n\\u001b\""},
      {""s, "", "\"\""},
  };
  for (const Case& each : cases) {
    INFO(each.json);
    CHECK(to_text(each.value) == each.text);
    CHECK(to_json(each.value) == each.json);
  }
}

TEST_CASE("Words: blanks of any script at the ends are dropped, inside they stay") {
  for (const auto& [text, expected] : std::vector<std::pair<std::string, std::string>>{
           {"", ""},
           {" \t ", ""},
           {" a b\t", "a b"},
           {"\u00A0\u3000a\u2003", "a"},
           {"\xFF a ", "\xFF a"},
           {" a\xC3", "a\xC3"},
       }) {
    CHECK(trimmed(text) == expected);
  }
}

TEST_CASE("Words: case and composition make no difference once folded") {
  CHECK(folded("Straße") == folded("STRASSE"));
  CHECK(folded("Cafe\u0301") == folded("CAFÉ"));
  CHECK(folded("a") != folded("b"));
  CHECK(folded("\u200B").empty());
  CHECK(folded("").empty());
}

TEST_CASE("Words: what is quoted shows what cannot be seen, and is cut") {
  CHECK(in_quotes("a\x1b\\") == "\"a\\u{1b}\\\\\"");
  CHECK(as_code("<=") == "`<=`");
  CHECK(in_quotes(std::string(61, 'x')) == "\"" + std::string(60, 'x') + "…\"");
  CHECK(in_quotes(std::string(60, 'x')) == "\"" + std::string(60, 'x') + "\"");
  CHECK(in_quotes(std::string(59, 'x') + "ñandú") == "\"" + std::string(59, 'x') + "…\"");
}

TEST_CASE("Words: the nearest word is the one that was meant, unless none is near") {
  const std::vector<std::string_view> words{"color", "size", "a"};
  CHECK(did_you_mean("colour", words) == " Did you mean \"color\"?");
  CHECK(did_you_mean("SIZE", words) == " Did you mean \"size\"?");
  CHECK(did_you_mean("sise", words) == " Did you mean \"size\"?");
  CHECK(did_you_mean("b", words).empty());
  CHECK(did_you_mean("weather", words).empty());
  CHECK(did_you_mean(std::string(1000, 'x'), words).empty());
  CHECK(did_you_mean("x", {}).empty());
}

TEST_CASE("Words: a list has commas and one last joint") {
  const std::vector<std::string> words{"a", "b", "c"};
  CHECK(listed(words, "or") == "a, b or c");
  CHECK(listed(std::span(words).first(2), "and") == "a and b");
  CHECK(listed(std::span(words).first(1), "and") == "a");
  CHECK(listed({}, "and").empty());
}

TEST_CASE("Words: an id is a word that begins with a letter, at most 64 long") {
  for (const std::string id : {"a", "_", "A1", "a_b", "end_"}) CHECK(is_id(id));
  for (const std::string id : {"", "1a", "a-b", "a b", "é", "a."}) CHECK_FALSE(is_id(id));
  CHECK(is_id(std::string(64, 'a')));
  CHECK_FALSE(is_id(std::string(65, 'a')));
  for (const std::string id :
       {"and", "or", "not", "in", "true", "false", "end", "score", "round", "answered"}) {
    CHECK(is_reserved(id));
  }
  CHECK_FALSE(is_reserved("And"));
}

TEST_CASE("Date: days that there are, in one form only") {
  for (const std::string date : {"2026-01-31", "2024-02-29", "0001-01-01", "9999-12-31"}) {
    CHECK(is_date(date));
  }
  for (const std::string date :
       {"", "2026-02-29", "2026-13-01", "2026-00-01", "2026-01-00", "0000-01-01"}) {
    CHECK_FALSE(is_date(date));
  }
  for (const std::string text :
       {"2026-1-31", "31.12.2026", "2026/01/31", "2026-01-3x", "20260131"}) {
    CHECK_FALSE(looks_like_date(text));
    CHECK_FALSE(is_date(text));
  }
  CHECK(looks_like_date("2026-99-99"));
  CHECK(date_of(31, 2, 1) == "0031-02-01");
}

}  // namespace
}  // namespace grotto
