#include "answers/answer_json.h"

#include <cmath>
#include <limits>

#include "answers/answer_format.h"
#include "kept_answers.h"

namespace grotto {

using testing::answer;
using testing::Chance;
using testing::end;
using testing::kNoon;
using testing::plain;
using testing::start;

namespace {

std::string json(const AnswerRecord& record) {
  std::string out;
  append_json(record, out);
  return out;
}

}  // namespace

TEST_CASE("answer_json: each event has its keys, in one order, and no others") {
  CHECK(
      json(start("ab12")) ==
      R"({"session":"ab12","at":"2026-11-30T12:00:00.123Z","event":"start","resume":"00ffab12"})");
  AnswerRecord given = answer("ab12", 3, "name", std::string("Ana \"Luz\""), kNoon);
  given.points = 2.5;
  CHECK(json(given) ==
        R"({"session":"ab12","at":"2026-11-30T12:00:00.123Z","event":"answer","place":3,"round":1,)"
        R"("ask":"name","answer":"Ana \"Luz\"","how":"given","ms":1234,"points":2.5})");
  CHECK(json(plain(AnswerEvent::unfinished, "ab12", kNoon)) ==
        R"({"session":"ab12","at":"2026-11-30T12:00:00.123Z","event":"unfinished"})");
  CHECK(json(plain(AnswerEvent::resumed, "ab12", kNoon)) ==
        R"({"session":"ab12","at":"2026-11-30T12:00:00.123Z","event":"resumed"})");
  CHECK(json(end("ab12", 7, kNoon)) ==
        R"({"session":"ab12","at":"2026-11-30T12:00:00.123Z","event":"end","score":7})");
}

TEST_CASE("answer_json: values and ways of answering have their words") {
  CHECK(json_of({}) == "null");
  CHECK(json_of(true) == "true");
  CHECK(json_of(false) == "false");
  CHECK(json_of(3.0) == "3");
  CHECK(json_of(-2.5) == "-2.5");
  CHECK(json_of(std::string("a\nb")) == R"("a\nb")");
  CHECK(json_of(std::string("\xff")) == "\"\xEF\xBF\xBD\"");
  CHECK(json_of(std::numeric_limits<double>::infinity()) == "0");
  for (const std::string_view word : {"given", "default", "skipped", "timed-out", "tries-out"}) {
    CHECK(to_string(answer_how(word).value()) == word);
  }
  CHECK_FALSE(answer_how("Given").has_value());
  CHECK_FALSE(answer_event("").has_value());
}

TEST_CASE("answer_json: any record is read back as it was") {
  MESSAGE("seed " << test::seed());
  Chance chance(test::seed());
  for (int i = 0; i < 5'000; ++i) {
    const AnswerRecord record = chance.record();
    const auto read = answer_from_json(json(record));
    REQUIRE(read.has_value());
    REQUIRE(*read == record);
    REQUIRE(json(record).find('\n') == std::string::npos);
  }
}

TEST_CASE("answer_json: keys in another order, and keys that it does not know, are read too") {
  const auto read = answer_from_json(
      R"( {"score": 1e2, "event": "end", "mood": {"a": [1]}, "at": "2026-11-30T12:00:00.123Z", "session": "x"} )");
  REQUIRE(read.has_value());
  CHECK(*read == end("x", 100, kNoon));
}

TEST_CASE("answer_json: what is missing, or of another kind, is no record") {
  const std::string good = json(answer("ab", 3, "name", std::string("Ana")));
  REQUIRE(answer_from_json(good).has_value());
  const auto is_broken = [&](const std::string& old, const std::string& now) {
    std::string text = good;
    const std::size_t at = text.find(old);
    REQUIRE(at != std::string::npos);
    text.replace(at, old.size(), now);
    CAPTURE(text);
    CHECK_FALSE(answer_from_json(text).has_value());
  };
  for (const std::string key :
       {"session", "at", "event", "place", "round", "ask", "answer", "how", "ms", "points"}) {
    is_broken("\"" + key + "\":", "\"x\":");
  }
  is_broken("\"ab\"", "5");
  is_broken("\"answer\",", "\"nothing\",");
  is_broken("\"place\":3", "\"place\":-3");
  is_broken("\"place\":3", "\"place\":3.5");
  is_broken("\"answer\":\"Ana\"", "\"answer\":[\"Ana\"]");
  is_broken("\"given\"", "\"taken\"");
  is_broken("\"points\":0", "\"points\":\"0\"");
  is_broken(".123Z", "Z");
  is_broken("Ana", "\xff");
  for (const std::string_view text :
       {"", "null", "5", "[]", "{}", "\"session\"", "{\"session\":"}) {
    CHECK_FALSE(answer_from_json(text).has_value());
  }
  for (std::size_t size = 0; size < good.size(); ++size) {
    CHECK_FALSE(answer_from_json(std::string_view(good).substr(0, size)).has_value());
  }
}

}  // namespace grotto
