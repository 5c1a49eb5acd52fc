#include "script/pattern.h"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace grotto {
namespace {

Pattern compiled(std::string_view text) {
  auto result = Pattern::compile(text);
  REQUIRE(std::holds_alternative<Pattern>(result));
  return std::get<Pattern>(result);
}

TEST_CASE("Pattern: the whole answer has to match") {
  const Pattern postcode = compiled(R"(\d{5})");
  CHECK(postcode.matches("48001"));
  CHECK_FALSE(postcode.matches("4800"));
  CHECK_FALSE(postcode.matches("480011"));
  CHECK_FALSE(postcode.matches(" 48001"));
  CHECK(compiled("a|ab").matches("ab"));
}

TEST_CASE("Pattern: it knows letters of any script") {
  CHECK(compiled(R"(\p{L}+)").matches("Ñandú日本"));
  CHECK_FALSE(compiled(R"(\p{L}+)").matches("a1"));
  CHECK(compiled("(?i)straße").matches("STRASSE"));
  CHECK(compiled(".").matches("😀"));
}

TEST_CASE("Pattern: an answer that is not UTF-8 matches nothing that it should not") {
  CHECK_FALSE(compiled("[a-z]*").matches("a\xFF"));
  CHECK(compiled(".*").matches("a\xFF"));
}

TEST_CASE("Pattern: what cannot be compiled is told with its place") {
  struct Case {
    std::string_view text;
    std::size_t offset;
    std::string_view sentence;
  };
  for (const auto& [text, offset, sentence] : std::vector<Case>{
           {"ab[c", 3, "This `[` has no `]`."},
           {"a(b", 2, "The parentheses do not match."},
           {"ñ(b))", 4, "The parentheses do not match."},
           {"a*{2", 2, "The pattern cannot be read from here on."},
           {R"(a\1)", 2, "This refers to a group that there is not."},
           {"a{3,2}", 5, "In `{n,m}`, m is smaller than n."},
           {"a{x}", 2, "Expected `{n}`, `{n,}` or `{n,m}`."},
           {"*a", 0, "The pattern cannot be read from here on."},
           {"[z-a]", 3, "In this range, the end comes before the beginning."},
           {R"(\p{Nonsense})", 11, "This property means nothing."},
           {R"(a\)", 1, "This escape with a backslash means nothing."},
           {"(?<=a*)b", 6, "What is looked for behind has no bound."},
           {"(?Z)a", 2, "The pattern cannot be read from here on."},
           {"a{99999999999}", 11, "This number is too large."},
           {"(?<1>a)", 3, "The pattern cannot be read from here on."},
           {"", 0, "Expected a regular expression."},
           {"a\nb", 0, "A pattern is one line."},
       }) {
    INFO(text);
    const auto result = Pattern::compile(text);
    REQUIRE(std::holds_alternative<Pattern::Misfit>(result));
    CHECK(std::get<Pattern::Misfit>(result).offset == offset);
    CHECK(std::get<Pattern::Misfit>(result).sentence == sentence);
  }
}

TEST_CASE("Pattern: it is at most 1 KiB long") {
  CHECK(compiled(std::string(1024, 'a')).matches(std::string(1024, 'a')));
  const auto result = Pattern::compile(std::string(1025, 'a'));
  REQUIRE(std::holds_alternative<Pattern::Misfit>(result));
  CHECK(std::get<Pattern::Misfit>(result).sentence == "A pattern has at most 1024 bytes.");
}

TEST_CASE("Pattern: nobody stops the server with an answer") {
  const auto begin = std::chrono::steady_clock::now();
  CHECK_FALSE(compiled("(a+)+b").matches(std::string(64, 'a')));
  CHECK_FALSE(compiled("(x?x?)*y").matches(std::string(4096, 'x')));
  CHECK_FALSE(compiled("((a|aa)*)*c").matches(std::string(4096, 'a')));
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(10));
  CHECK(compiled("(ab?)*").matches(std::string(4096, 'a')));
}

}  // namespace
}  // namespace grotto
