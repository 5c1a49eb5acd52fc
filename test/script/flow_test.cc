#include "script/flow.h"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "facts.h"
#include "marked.h"

namespace grotto {
namespace {

using namespace std::string_literals;
using test::faults;
using test::script_of;
using test::Told;

std::string ask(std::string_view id, std::string_view keys = "") {
  return "[[ask]]\nid = \"" + std::string(id) + "\"\nprompt = \"?\"\n" + std::string(keys) + "\n";
}

std::string yes_no(std::string_view id, std::string_view keys = "") {
  return ask(id, "type = \"yes-no\"\n" + std::string(keys));
}

/// The ids of the questions that are asked, if these are the answers, each once a round.
std::vector<std::string> asked(const Script& script, const std::map<std::string, Value>& answers) {
  std::vector<std::string> ids;
  std::vector<Value> given(script.asks.size());
  for (std::size_t at = first_ask(script, Told{given}); at != kScriptEnd;
       at = next_ask(script, at, Told{given})) {
    ids.push_back(script.asks[at].id);
    const auto answer = answers.find(ids.back());
    if (answer != answers.end()) given[at] = answer->second;
    REQUIRE(ids.size() < 100);
  }
  return ids;
}

using Ids = std::vector<std::string>;

TEST_CASE("Flow: one question comes after the other") {
  const auto script = script_of(ask("a") + ask("b") + ask("c"));
  CHECK(asked(*script, {}) == Ids{"a", "b", "c"});
}

TEST_CASE("Flow: a question whose condition does not hold is passed over") {
  const auto script =
      script_of(yes_no("a") + ask("b", "when = \"a\"") + ask("c", "when = \"not a\"") + ask("d"));
  CHECK(asked(*script, {{"a", true}}) == Ids{"a", "b", "d"});
  CHECK(asked(*script, {{"a", false}}) == Ids{"a", "c", "d"});
  const auto none = script_of(ask("a", "when = \"false\""));
  CHECK(first_ask(*none, Told{}) == kScriptEnd);
}

TEST_CASE("Flow: so are all questions of a section whose condition does not hold") {
  const auto script = script_of("[[section]]\nid = \"s\"\nwhen = \"a\"\n" + yes_no("a") +
                                ask("b", "section = \"s\"") +
                                yes_no("c", "section = \"s\"\nwhen = \"false\"") + ask("d"));
  CHECK(asked(*script, {{"a", true}}) == Ids{"a", "b", "d"});
  CHECK(asked(*script, {{"a", false}}) == Ids{"a", "d"});
}

TEST_CASE("Flow: the first goto that holds is followed, also back, also to the end") {
  const auto script =
      script_of(ask("a",
                    "type = \"number\"\ngoto = [{ when = \"a > 10\", to = \"end\" }, "
                    "{ when = \"a > 5\", to = \"c\" }]") +
                ask("b", "goto = \"end\"") + ask("c"));
  CHECK(asked(*script, {{"a", 11.0}}) == Ids{"a"});
  CHECK(asked(*script, {{"a", 6.0}}) == Ids{"a", "c"});
  CHECK(asked(*script, {{"a", 1.0}}) == Ids{"a", "b"});
  CHECK(asked(*script, {}) == Ids{"a", "b"});

  const auto back =
      script_of(ask("a") + yes_no("again", "goto = { when = \"again\", to = \"a\" }"));
  CHECK(next_ask(*back, 1, Told{{Value{}, true}}) == 0);
  CHECK(next_ask(*back, 1, Told{{Value{}, false}}) == kScriptEnd);
}

TEST_CASE("Flow: a goto to a question that is passed over goes on behind it, not by its gotos") {
  const auto script =
      script_of(yes_no("a", "goto = \"c\"") + ask("b") +
                ask("c", "when = \"a\"\ngoto = [{ when = \"true\", to = \"b\" }]") + ask("d"));
  CHECK(next_ask(*script, 0, Told{{false}}) == 3);
  CHECK(next_ask(*script, 0, Told{{true}}) == 2);
  CHECK(ask_from(*script, 2, Told{{false}}) == 3);
  CHECK(ask_from(*script, 2, Told{{true}}) == 2);
  CHECK(ask_from(*script, kScriptEnd, Told{}) == kScriptEnd);
  CHECK(ask_from(*script, 4, Told{}) == kScriptEnd);
}

TEST_CASE("Flow check: what no way leads to") {
  faults(ask("a", "goto = \"c\"") + "§" + ask("b") + ask("c"),
         {"No way leads to the question \"b\"."});
  faults(ask("a", "goto = \"end\"") + "§" + ask("b", "goto = \"c\"") + "§" + ask("c"),
         {"No way leads to the question \"b\".", "No way leads to the question \"c\"."});
  faults(yes_no("a", "goto = [{ when = \"a\", to = \"c\" }, { to = \"d\" }]") + "§" + ask("b") +
             ask("c") + ask("d"),
         {"No way leads to the question \"b\"."});
  // By a condition that may not hold, by a goto that may not be followed, or when time runs out.
  faults(yes_no("a", "goto = { when = \"a\", to = \"c\" }") + ask("b") + ask("c"), {});
  faults(yes_no("a") + ask("b", "when = \"a\"\ngoto = \"end\"") + ask("c"), {});
  faults("[[section]]\nid = \"s\"\nwhen = \"a\"\n" + yes_no("a") +
             ask("b", "section = \"s\"\ngoto = \"end\"") + ask("c"),
         {});
  faults(ask("a", "seconds = 5\notherwise = \"b\"\ngoto = \"end\"") + ask("b"), {});
  faults("§[[section]]\nid = \"s\"\ntitle = \"x\"\n" + ask("a"),
         {"No question is in the section \"s\"."});
}

TEST_CASE("Flow check: loops that never end, at the goto that leads back") {
  faults(ask("a", "goto = §\"a\""), {"This never ends: no way leads out of \"a\"."});
  faults(ask("a") + ask("b") + ask("c", "goto = §\"b\""),
         {"This never ends: no way leads out of \"b\" and \"c\"."});
  faults(yes_no("a", "goto = [{ when = \"a\", to = \"c\" }]") + ask("b", "goto = §\"b\"") +
             ask("c", "goto = §\"c\""),
         {"This never ends: no way leads out of \"b\".",
          "This never ends: no way leads out of \"c\"."});
  faults("repeat = true\n" + ask("a", "goto = §\"a\""),
         {"This never ends: no way leads out of \"a\"."});
  std::string many = ask("q0");
  for (int i = 1; i != 7; ++i) many += ask("q" + std::to_string(i));
  faults(
      many + ask("last", "goto = §\"q0\""),
      {"This never ends: no way leads out of \"q0\", \"q1\", \"q2\", \"q3\", \"q4\" and others."});
  // Two ways back that belong to one loop are one fault.
  faults(
      yes_no("a") + ask("b", "goto = [{ when = \"a\", to = §\"a\" }]") + ask("c", "goto = \"a\""),
      {"This never ends: no way leads out of \"a\", \"b\" and \"c\"."});
}

TEST_CASE("Flow check: a loop that can be left is none of these") {
  faults(ask("a") + yes_no("b", "goto = { when = \"b\", to = \"a\" }"), {});
  faults(ask("a", "goto = \"b\"") + ask("b",
                                        "type = \"number\"\ngoto = [{ when = \"b < 3\", to = "
                                        "\"end\" }, { to = \"a\" }]"),
         {});
  faults(ask("a", "tries = 3\ngoto = \"a\""), {});  // the third ends it
  faults(ask("a", "seconds = 3\notherwise = \"end\"\ngoto = \"a\""), {});
  faults("repeat = true\n" + ask("a"), {});
  // But not if something stands in for the answer, or if it leads back, too.
  faults(ask("a", "tries = 3\noptional = true\ngoto = §\"a\""),
         {"This never ends: no way leads out of \"a\"."});
  faults(ask("a", "seconds = 3\ndefault = \"x\"\ngoto = §\"a\""),
         {"This never ends: no way leads out of \"a\"."});
  faults(ask("a", "seconds = 3\notherwise = \"a\"\ngoto = §\"a\""),
         {"This never ends: no way leads out of \"a\"."});
}

TEST_CASE("Flow check: answers that nobody can have given yet") {
  const auto sentence = [](const std::string& id) {
    return "Nothing can have been answered to \"" + id + "\" here.";
  };
  faults(ask("a", "when = \"answered(§b)\"") + ask("b"), {sentence("b")});
  faults(yes_no("a", "when = \"§a\""), {sentence("a")});
  faults(yes_no("a", "goto = { when = \"a\", to = \"end\" }"), {});
  faults(ask("a", "say = { before = \"{§a}\", after = \"{a} {§b}\" }") + ask("b"),
         {sentence("a"), sentence("b")});
  faults(
      "[[ask]]\nid = \"a\"\nprompt = \"{§b} {score}\"\ncorrect = \"x\"\nright = \"{a}\"\nwrong = "
      "\"ñ {§b}\"\n" +
          ask("b"),
      {sentence("b"), sentence("b")});
  faults(ask("a", "goto = [{ when = \"answered(§b)\", to = \"end\" }]") + ask("b"),
         {sentence("b")});
  // On some way it is: by a loop.
  faults(
      ask("a", "when = \"not answered(b)\"") + yes_no("b", "goto = { when = \"b\", to = \"a\" }"),
      {});
  // By no way: both are after the same question, never one after the other.
  faults(yes_no("a", "goto = [{ when = \"a\", to = \"c\" }]") + ask("b", "goto = \"end\"") +
             ask("c", "say = \"{§b}\""),
         {sentence("b")});
  // It can have been asked, but then its time ran out.
  faults(ask("a", "seconds = 3\notherwise = \"b\"\ngoto = \"end\"") + ask("b", "say = \"{§a}\""),
         {sentence("a")});
  faults("end = \"{b} {a}\"\nthanks = \"{b}\"\n" + ask("a") + ask("b", "when = \"answered(a)\""),
         {});
  faults("end = \"{§b}\"\n" + ask("a", "goto = \"end\"") + "§" + ask("b"),
         {sentence("b"), "No way leads to the question \"b\"."});
}

TEST_CASE("Flow check: a section names what can have been answered before one of its questions") {
  const std::string section = "[[section]]\nid = \"s\"\n";
  faults(section + "title = \"For {a}\"\nwhen = \"answered(a)\"\n" + ask("a") +
             ask("b", "section = \"s\""),
         {});
  faults(section + "title = \"For {§b}\"\nwhen = \"answered(§c)\"\n" + ask("a") +
             ask("b", "section = \"s\"") + ask("c"),
         {"Nothing can have been answered to \"b\" here.",
          "Nothing can have been answered to \"c\" here."});
  faults(section + "title = \"For {b}\"\n" + ask("a") + ask("b", "section = \"s\"") +
             ask("c", "section = \"s\""),
         {});
}

TEST_CASE("Flow check: it is not told from what is not known") {
  faults(ask("a", "goto = §\"x\"") + ask("b"), {"goto: there is no question \"x\"."});
  faults(ask("a", "goto = \"c\"\nwhen = \"§x\"") + ask("b") + ask("c"),
         {"There is no question \"x\". A text stands in quotes."});
  // Other faults leave the ways as they are.
  faults(ask("a", "goto = \"c\"\ntries = §0") + "§" + ask("b") + ask("c"),
         {"tries: expected a whole number from 1 to 100, not 0.",
          "No way leads to the question \"b\"."});
}

TEST_CASE("Flow check: the largest script is checked at once") {
  std::string text;
  for (std::size_t i = 0; i != kAsksMax; ++i) {
    text += ask("q" + std::to_string(i), i == 0 ? "" : "when = \"answered(q0)\"");
  }
  CHECK(script_of(text)->asks.size() == kAsksMax);
  CHECK(check_flow(Script{}).empty());
}

}  // namespace
}  // namespace grotto
