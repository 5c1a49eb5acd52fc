#include "answers/export_answers.h"

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "answers/answered_sessions.h"
#include "answers/csv_text.h"
#include "kept_answers.h"

namespace grotto {

using std::string;
using testing::answer;
using testing::AnswerRecords;
using testing::Chance;
using testing::end;
using testing::kNoon;
using testing::plain;
using testing::start;

namespace {

AnswerRecord worth(AnswerRecord record, double points) {
  record.points = points;
  return record;
}

AnswerRecord in_round(std::uint64_t round, AnswerRecord record) {
  record.round = round;
  return record;
}

const AnswerRecords kQuiz = {
    start("s1"),
    worth(answer("s1", 0, "name", string("Ana")), 0),
    start("s2", kNoon + 500),
    answer("s2", 0, "name", string("=cmd")),
    worth(answer("s1", 1, "age", 41.0), 2),
    worth(answer("s1", 2, "ok", true), 1),
    answer("s1", 1, "city", string("Gasteiz, \"Araba\"")),  // two steps back, another way
    plain(AnswerEvent::unfinished, "s2"),
    end("s1", 3, kNoon + 60'000),
};

}  // namespace

TEST_CASE("export: a row for each session, a column for each question that counts") {
  CHECK(answers_as_csv(kQuiz, AnswerTable::sessions) ==
        "session,round,started,ended,status,score,seconds,name,city\r\n"
        "s1,1,2026-11-30T12:00:00.123Z,2026-11-30T12:01:00.123Z,finished,3,2.468,Ana,"
        "\"Gasteiz, \"\"Araba\"\"\"\r\n"
        "s2,1,2026-11-30T12:00:00.623Z,,unfinished,0,1.234,'=cmd,\r\n");
  CHECK(
      answers_as_json(kQuiz, AnswerTable::sessions) ==
      "[\n"
      R"({"session":"s1","round":1,"started":"2026-11-30T12:00:00.123Z","ended":"2026-11-30T12:01:00.123Z",)"
      R"("status":"finished","score":3,"seconds":2.468,"answers":{"name":"Ana","city":"Gasteiz, \"Araba\""}},)"
      "\n"
      R"({"session":"s2","round":1,"started":"2026-11-30T12:00:00.623Z","ended":null,)"
      R"("status":"unfinished","score":0,"seconds":1.234,"answers":{"name":"=cmd"}})"
      "\n]\n");
}

TEST_CASE("export: a row for each answer that counts") {
  CHECK(answers_as_csv(kQuiz, AnswerTable::each) ==
        "session,round,time,question,answer,how,seconds,points\r\n"
        "s1,1,2026-11-30T12:00:01.123Z,name,Ana,given,1.234,0\r\n"
        "s1,1,2026-11-30T12:00:01.123Z,city,\"Gasteiz, \"\"Araba\"\"\",given,1.234,0\r\n"
        "s2,1,2026-11-30T12:00:01.123Z,name,'=cmd,given,1.234,0\r\n");
  CHECK(
      answers_as_json({answer("s", 0, "n", -2.5)}, AnswerTable::each) ==
      "[\n"
      R"({"session":"s","round":1,"time":"2026-11-30T12:00:01.123Z","question":"n","answer":-2.5,)"
      R"("how":"given","seconds":1.234,"points":0})"
      "\n]\n");
}

TEST_CASE("export: values are as people read them, or as JSON has them") {
  const AnswerRecords records = {answer("s", 0, "a", {}), answer("s", 1, "b", false),
                                 answer("s", 2, "c", -2.5), answer("s", 3, "d", string("-2.5"))};
  const string csv = answers_as_csv(records, AnswerTable::sessions);
  CHECK(csv.ends_with(",unfinished,0,4.936,,no,-2.5,'-2.5\r\n"));
  const string json = answers_as_json(records, AnswerTable::sessions);
  CHECK(json.find(R"("answers":{"a":null,"b":false,"c":-2.5,"d":"-2.5"})") != string::npos);
}

TEST_CASE("export: rounds are rows of their own, and each but the last is finished") {
  const AnswerRecords records = {
      start("s"),
      worth(answer("s", 0, "q", 1.0, kNoon + 2'000), 5),
      in_round(2, worth(answer("s", 0, "q", 2.0, kNoon + 4'000), 7)),
      in_round(3, worth(answer("s", 0, "r", 3.0, kNoon + 6'000), 1)),
  };
  const string head = "session,round,started,ended,status,score,seconds,q,r\r\n";
  const string rows =
      "s,1,2026-11-30T12:00:00.123Z,2026-11-30T12:00:02.123Z,finished,5,1.234,1,\r\n"
      "s,2,2026-11-30T12:00:02.889Z,2026-11-30T12:00:04.123Z,finished,7,1.234,2,\r\n";
  CHECK(answers_as_csv(records, AnswerTable::sessions) ==
        head + rows + "s,3,2026-11-30T12:00:04.889Z,,unfinished,1,1.234,,3\r\n");
  AnswerRecords ended = records;
  ended.push_back(end("s", 9, kNoon + 8'000));
  CHECK(answers_as_csv(ended, AnswerTable::sessions) ==
        head + rows +
            "s,3,2026-11-30T12:00:04.889Z,2026-11-30T12:00:08.123Z,finished,9,1.234,,3\r\n");
}

TEST_CASE("export: a question asked twice in a round has its last answer, and both in --each") {
  const AnswerRecords records = {answer("s", 0, "q", 1.0), answer("s", 1, "q", 2.0)};
  CHECK(answers_as_csv(records, AnswerTable::sessions).ends_with("2.468,2\r\n"));
  CHECK(answered_sessions(records).front().rounds.front().answers.size() == 2);
}

TEST_CASE("export: questions that are named like our columns, or like formulas, keep their place") {
  const AnswerRecords records = {answer("s", 0, "score", 1.0), answer("s", 1, "=x", 2.0)};
  CHECK(
      answers_as_csv(records, AnswerTable::sessions)
          .starts_with("session,round,started,ended,status,score,seconds,question.score,'=x\r\n"));
}

TEST_CASE("export: nothing kept is a table without rows, and a session may have no answer") {
  CHECK(answers_as_csv({}, AnswerTable::sessions) ==
        "session,round,started,ended,status,score,seconds\r\n");
  CHECK(answers_as_json({}, AnswerTable::sessions) == "[\n]\n");
  CHECK(answers_as_json({}, AnswerTable::each) == "[\n]\n");
  CHECK(answers_as_csv({plain(AnswerEvent::resumed, "s")}, AnswerTable::sessions)
            .ends_with("s,1,,,unfinished,0,0.000\r\n"));
  CHECK(answers_as_csv({plain(AnswerEvent::unfinished, "s")}, AnswerTable::each)
            .ends_with("points\r\n"));
}

TEST_CASE("export: what counts is what a naive reader finds too") {
  MESSAGE("seed " << test::seed());
  Chance chance(test::seed());
  for (int run = 0; run < 200; ++run) {
    // By session, round and place; an answer throws away all that is at its place or behind it.
    std::map<std::pair<string, std::uint64_t>, std::map<std::uint64_t, AnswerRecord>> expected;
    AnswerRecords records;
    std::map<std::pair<string, std::uint64_t>, std::uint64_t> next;
    for (std::uint64_t count = chance.below(60); count > 0; --count) {
      AnswerRecord record = chance.record();
      record.event = AnswerEvent::answer;
      record.session = "s" + std::to_string(chance.below(3));
      record.round = 1 + chance.below(2);
      const auto name = std::pair(record.session, record.round);
      record.place = chance.below(next[name] + 1);
      next[name] = record.place + 1;
      records.push_back(record);
      auto& trail = expected[name];
      trail.erase(trail.lower_bound(record.place), trail.end());
      trail.emplace(record.place, record);
    }
    std::size_t rows = 0;
    for (const AnsweredSession& session : answered_sessions(records)) {
      for (const AnsweredRound& round : session.rounds) {
        const auto& trail = expected[{string(session.session), round.round}];
        REQUIRE(round.answers.size() == trail.size());
        auto at = trail.begin();
        for (const AnswerRecord* const each : round.answers) REQUIRE(*each == (at++)->second);
        rows += trail.size();
      }
    }
    const auto each = nlohmann::json::parse(answers_as_json(records, AnswerTable::each));
    REQUIRE(each.size() == rows);
    const auto sessions = nlohmann::json::parse(answers_as_json(records, AnswerTable::sessions));
    std::set<string> names;
    for (const auto& row : sessions) names.insert(row.at("session").get<string>());
    REQUIRE(names.size() == answered_sessions(records).size());
    const string csv = answers_as_csv(records, AnswerTable::each);
    REQUIRE(csv.starts_with("session,round,time,question,answer,how,seconds,points\r\n"));
  }
}

}  // namespace grotto
