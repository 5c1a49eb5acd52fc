#include "prompt/program_reply.h"

#include <doctest/doctest.h>

#include "desk.h"
#include "prompt/visit.h"

namespace grotto::testing {
namespace {

const std::shared_ptr<const Script>& script() {
  static const auto kScript =
      script_of("[[ask]]\nid = \"a\"\nprompt = \"A?\"\n[[ask]]\nid = \"b\"\nprompt = \"B?\"\n");
  return kScript;
}

ProgramReply reply(std::string_view line) {
  auto read = read_reply(*script(), line);
  if (const auto* const fault = std::get_if<std::string>(&read)) FAIL_CHECK(*fault);
  return std::get<ProgramReply>(read);
}

std::string fault(std::string_view line) {
  auto read = read_reply(*script(), line);
  REQUIRE(std::holds_alternative<std::string>(read));
  return std::get<std::string>(read);
}

}  // namespace

TEST_CASE("ProgramReply: what a program may want") {
  CHECK(reply("{}").then == ProgramReply::Then::more);
  CHECK(reply(R"({"say":"one"})").say == Lines{"one"});
  CHECK(reply(R"({"say":["one","two"],"points":1.5,"session":"s","next":true})").say ==
        Lines{"one", "two"});
  CHECK(reply(R"({"points":-2})").points == -2);
  CHECK(reply(R"({"session":"s"})").session == "s");
  CHECK(reply(R"({"next":true})").then == ProgramReply::Then::next);
  CHECK(reply(R"({"next":false})").then == ProgramReply::Then::more);
  CHECK(reply(R"({"end":true})").then == ProgramReply::Then::end);
  CHECK(reply(R"({"ask":"b"})").to == 1);
}

TEST_CASE("ProgramReply: a question of its own") {
  const ProgramReply own = reply(
      R"({"ask":{"id":"n","prompt":"How {many}?","type":"number","min":1,"max":3,"whole":true,"default":2,"optional":true}})");
  REQUIRE(own.then == ProgramReply::Then::asks);
  const Visit visit(script(), "id", "hash");
  CHECK(own.own_ask->prompt.fill(visit) == "How {many}?");
  CHECK(own.own_ask->type == AskType::number);
  CHECK(own.own_ask->default_value == Value(2.0));
  CHECK(own.own_ask->is_run);
  CHECK(reply(R"({"ask":{"prompt":"Which?","type":"choice","choices":["x","y"]}})")
            .own_ask->choices == Lines{"x", "y"});
}

TEST_CASE("ProgramReply: what makes no sense is told") {
  CHECK(fault("") == "it is no JSON object");
  CHECK(fault("[1]") == "it is no JSON object");
  CHECK(fault("{\"say\":\"x\"") == "it is no JSON object");
  CHECK(fault("\xFF") == "it is no JSON object");
  CHECK(fault(R"({"say":1})") == "\"say\" is no text");
  CHECK(fault(R"({"say":[1]})") == "\"say\" is no text");
  CHECK(fault(R"({"next":1})") == "\"next\" is neither true nor false");
  CHECK(fault(R"({"points":"1"})") == "\"points\" is no number");
  CHECK(fault(R"({"ask":"c"})") == "\"ask\" names no question: c");
  CHECK(fault(R"({"ask":7})") == "\"ask\" is no text");
  CHECK(fault(R"({"sya":"x"})") == "there is no key \"sya\"");
  CHECK(fault(R"({"ask":{"type":"text"}})") == "a question has no \"prompt\"");
  CHECK(fault(R"({"ask":{"prompt":"x","type":"texts"}})") == "there is no type \"texts\"");
  CHECK(fault(R"({"ask":{"prompt":"x","kind":1}})") == "a question has no \"kind\"");
  CHECK(fault(R"({"ask":{"prompt":"x","id":""}})") == "\"id\" is no id");
  CHECK(fault(R"({"ask":{"prompt":"x","id":"a b"}})") == "\"id\" is no id");
  CHECK(fault(R"({"ask":{"prompt":"x","type":"number","max":3,"default":4}})") ==
        "\"default\" is no answer");
  CHECK(fault(R"({"ask":{"prompt":"x","type":"yes-no","default":"perhaps"}})") ==
        "\"default\" is no answer");
  CHECK(fault(R"({"points":1e7})") == "\"points\" are too many");
  CHECK(fault(R"({"ask":{"prompt":"x","choices":["a"]}})") == "\"choices\" are no list of 2 to 50");
  CHECK(fault(R"({"ask":{"prompt":"x","type":"choice"}})") ==
        "\"choices\" belong to a question of the type choice, and to no other");
}

}  // namespace grotto::testing
