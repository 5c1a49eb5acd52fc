#include "prompt/visit.h"

#include <doctest/doctest.h>

#include "desk.h"

namespace grotto::testing {
namespace {

constexpr std::string_view kScript = R"(
[[ask]]
id = "a"
prompt = "A?"
[[ask]]
id = "b"
prompt = "B?"
goto = [{ when = 'b == "again"', to = "a" }]
[[ask]]
id = "c"
prompt = "C?"
)";

AnswerRecord answer(std::uint64_t place, const char* ask, const char* text, double points = 0) {
  AnswerRecord record;
  record.place = place;
  record.ask = ask;
  record.answer = std::string(text);
  record.points = points;
  return record;
}

}  // namespace

TEST_CASE("Visit: answers move it on, and going back makes the last one void") {
  Visit visit(script_of(kScript), "id", "hash");
  CHECK(visit.at() == 0);
  CHECK_FALSE(visit.has_begun());
  visit.take(std::string("one"), 2);
  visit.go_to(1);
  visit.add_points(0.5);
  CHECK(visit.score() == 2.5);
  CHECK(visit.last() == 0);
  visit.go_back();
  CHECK(visit.at() == 0);
  CHECK(visit.score() == 0);
  CHECK(visit.answer(0) == Value());
  CHECK(visit.answered() == 0);
}

TEST_CASE("Visit: what is kept restores it") {
  Visit visit(script_of(kScript), "id", "hash");
  CHECK_FALSE(visit.restore(answer(0, "a", "one", 1)));
  CHECK_FALSE(visit.restore(answer(1, "b", "no")));
  CHECK(visit.at() == 2);
  SUBCASE("an answer that was given again stands in the place of the first one") {
    visit.restore(answer(1, "b", "again"));
    CHECK(visit.at() == 0);
    CHECK(visit.answered() == 2);
    visit.restore(answer(2, "a", "uno", 5));
    CHECK(visit.answer(0) == Value(std::string("uno")));
    CHECK(visit.score() == 6);
  }
  SUBCASE("a question that there is not any more counts, and changes nothing") {
    visit.restore(answer(2, "gone", "x", 1));
    CHECK(visit.answered() == 3);
    CHECK(visit.score() == 2);
    CHECK(visit.at() == 2);
  }
  SUBCASE("its end is the end") {
    AnswerRecord end;
    end.event = AnswerEvent::end;
    CHECK(visit.restore(end));
  }
  SUBCASE("a place that cannot be is the next one") {
    visit.restore(answer(1'000'000, "c", "x"));
    CHECK(visit.answered() == 3);
    CHECK(visit.at() == kScriptEnd);
  }
}

}  // namespace grotto::testing
