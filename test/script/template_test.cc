#include "script/template.h"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "facts.h"

namespace grotto {
namespace {

using test::Told;

constexpr std::array<std::string_view, 3> kIds{"name", "size", "agree"};

Template parsed(std::string_view text) {
  auto result = Template::parse(text, kIds);
  REQUIRE(std::holds_alternative<Template>(result));
  return std::get<Template>(result);
}

std::string filled(std::string_view text, const Told& facts = Told{{"Luzmi", 2.5, true}, 7, 3}) {
  return parsed(text).fill(facts);
}

TEST_CASE("Template: answers, the score and the round stand where they are named") {
  CHECK(filled("Hello {name}, {size} it is: {agree}.") == "Hello Luzmi, 2.5 it is: yes.");
  CHECK(filled("{score} points in round {round}") == "7 points in round 3");
  CHECK(filled("{name}{name}{size}") == "LuzmiLuzmi2.5");
  CHECK(filled("{ name }") == "Luzmi");
  CHECK(filled("no names") == "no names");
}

TEST_CASE("Template: a doubled brace is a brace, and one that closes nothing is itself") {
  CHECK(filled("{{name}") == "{name}");
  CHECK(filled("{{{name}}") == "{Luzmi}");
  CHECK(filled("a } b }} c") == "a } b }} c");
  CHECK(filled("{{{{") == "{{");
}

TEST_CASE("Template: lines stay, but for those that are empty at the end") {
  CHECK(filled("one\n\ntwo\n\n") == "one\n\ntwo");
  CHECK(filled("Hello\n{name}\n", Told{}) == "Hello");
  CHECK(parsed("").is_empty());
  CHECK(parsed("\n").is_empty());
  CHECK_FALSE(parsed(" ").is_empty());
  CHECK(Template{}.is_empty());
  CHECK(Template{}.fill(Told{}).empty());
}

TEST_CASE("Template: nobody's answer is filled in endless, or with what a terminal obeys") {
  CHECK(filled("<{name}>", Told{{std::string(5000, 'x')}}) == "<" + std::string(4096, 'x') + ">");
  CHECK(filled("<{name}>", Told{{std::string(4095, 'x') + "ñ"}}) ==
        "<" + std::string(4095, 'x') + ">");
  CHECK(filled("<{name}>", Told{{"a\x1b[31mb"}}) == "<ab>");
}

TEST_CASE("Template: tells which questions it names, and where") {
  const Template text = parsed("ñ {size} {name} {size}");
  CHECK(text.asks() == std::vector<std::size_t>{0, 1});
  REQUIRE(text.mentions().size() == 2);
  CHECK(text.mentions()[0].ask == 1);
  CHECK(text.mentions()[0].offset == 4);
  CHECK(text.mentions()[1].ask == 0);
  CHECK(text.mentions()[1].offset == 11);
  CHECK(parsed("{score}").asks().empty());
}

TEST_CASE("Template: what is wrong is told with its place") {
  struct Case {
    std::string_view text;
    std::size_t offset;
    std::string_view sentence;
  };
  for (const auto& [text, offset, sentence] : std::vector<Case>{
           {"a {nme}", 3, "There is no question \"nme\". Did you mean \"name\"?"},
           {"a { weather}", 4, "There is no question \"weather\"."},
           {"a {name", 2, "This `{` has no `}`; a brace that is to be seen is written as `{{`."},
           {"a {na{me}", 2, "This `{` has no `}`; a brace that is to be seen is written as `{{`."},
           {"a {na\nme}", 2, "This `{` has no `}`; a brace that is to be seen is written as `{{`."},
           {"{", 0, "This `{` has no `}`; a brace that is to be seen is written as `{{`."},
           {"ab{}", 2, "Expected the id of a question between `{` and `}`."},
           {"{ }", 0, "Expected the id of a question between `{` and `}`."},
       }) {
    INFO(text);
    const auto result = Template::parse(text, kIds);
    REQUIRE(std::holds_alternative<Template::Misfit>(result));
    CHECK(std::get<Template::Misfit>(result).offset == offset);
    CHECK(std::get<Template::Misfit>(result).sentence == sentence);
  }
}

}  // namespace
}  // namespace grotto
