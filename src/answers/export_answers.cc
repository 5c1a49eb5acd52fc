#include "answers/export_answers.h"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "answers/answer_json.h"
#include "answers/answered_sessions.h"
#include "answers/csv_text.h"
#include "base/json_object.h"
#include "base/time_text.h"

namespace grotto {

namespace {

constexpr std::array<std::string_view, 7> kSessionColumns = {"session", "round", "started", "ended",
                                                             "status",  "score", "seconds"};
constexpr std::array<std::string_view, 8> kAnswerColumns = {
    "session", "round", "time", "question", "answer", "how", "seconds", "points"};

std::string_view status(const AnsweredRound& round) noexcept {
  return round.is_finished ? "finished" : "unfinished";
}

std::string seconds_text(std::uint64_t ms) {
  return fmt::format("{}.{:03}", ms / 1'000, ms % 1'000);
}

std::string utc(std::int64_t at_ms) {
  std::string out;
  append_utc(at_ms, out);
  return out;
}

/// Calls `use(session, round)` for each round of each session.
template <class Use>
void for_each_round(const std::vector<AnsweredSession>& sessions, const Use& use) {
  for (const AnsweredSession& session : sessions) {
    for (const AnsweredRound& round : session.rounds) use(session, round);
  }
}

/// The questions with an answer that counts, in the order in which they first come.
class Questions {
 public:
  Questions(const std::vector<AnswerRecord>& records,
            const std::vector<AnsweredSession>& sessions) {
    std::unordered_set<std::string_view> counting;
    for_each_round(sessions, [&](const AnsweredSession&, const AnsweredRound& round) {
      for (const AnswerRecord* const each : round.answers) counting.insert(each->ask);
    });
    for (const AnswerRecord& record : records) {
      if (record.event != AnswerEvent::answer || !counting.contains(record.ask)) continue;
      if (places_.try_emplace(record.ask, ids_.size()).second) ids_.push_back(record.ask);
    }
  }

  [[nodiscard]] const std::vector<std::string_view>& ids() const noexcept { return ids_; }

  /// The round's answer to each; nullptr: it has none.
  [[nodiscard]] std::vector<const Value*> answers(const AnsweredRound& round) const {
    std::vector<const Value*> answers(ids_.size(), nullptr);
    for (const AnswerRecord* const each : round.answers) {
      answers[places_.at(each->ask)] = &each->answer;
    }
    return answers;
  }

 private:
  std::vector<std::string_view> ids_;
  std::unordered_map<std::string_view, std::size_t> places_;
};

// ---- CSV ---------------------------------------------------------------------------------------

void add_value(const Value& value, CsvRow& row) {
  const auto* const text = std::get_if<std::string>(&value);
  if (text != nullptr) {
    row.text(*text);
  } else if (const auto* const number = std::get_if<double>(&value)) {
    row.field(number_text(*number));
  } else if (const bool* const is_yes = std::get_if<bool>(&value)) {
    row.field(*is_yes ? "yes" : "no");
  } else {
    row.nothing();
  }
}

/// A question that is named like a column of ours is told from it.
std::string column_name(std::string_view id) {
  for (const std::string_view ours : kSessionColumns) {
    if (id == ours) return fmt::format("question.{}", id);
  }
  return std::string(id);
}

void add_moment(const std::optional<std::int64_t>& at_ms, CsvRow& row) {
  row.field(at_ms ? utc(*at_ms) : std::string());
}

std::string sessions_as_csv(const std::vector<AnswerRecord>& records) {
  const std::vector<AnsweredSession> sessions = answered_sessions(records);
  const Questions questions(records, sessions);
  std::string out;
  CsvRow head(out);
  for (const std::string_view column : kSessionColumns) head.field(column);
  for (const std::string_view id : questions.ids()) head.text(column_name(id));
  head.end();
  for_each_round(sessions, [&](const AnsweredSession& session, const AnsweredRound& round) {
    CsvRow row(out);
    row.text(session.session).field(std::to_string(round.round));
    add_moment(round.started_ms, row);
    add_moment(round.ended_ms, row);
    row.field(status(round)).field(number_text(round.score)).seconds(round.took_ms);
    for (const Value* const answer : questions.answers(round)) {
      add_value(answer == nullptr ? Value() : *answer, row);
    }
    row.end();
  });
  return out;
}

std::string each_as_csv(const std::vector<AnswerRecord>& records) {
  std::string out;
  CsvRow head(out);
  for (const std::string_view column : kAnswerColumns) head.field(column);
  head.end();
  for_each_round(
      answered_sessions(records), [&](const AnsweredSession&, const AnsweredRound& round) {
        for (const AnswerRecord* const each : round.answers) {
          CsvRow row(out);
          row.text(each->session).field(std::to_string(each->round)).field(utc(each->at_ms));
          row.text(each->ask);
          add_value(each->answer, row);
          row.field(to_string(each->how)).seconds(each->took_ms).field(number_text(each->points));
          row.end();
        }
      });
  return out;
}

// ---- JSON --------------------------------------------------------------------------------------

void add_moment(std::string_view key, const std::optional<std::int64_t>& at_ms,
                JsonObject& object) {
  if (at_ms) {
    object.moment(key, *at_ms);
  } else {
    object.value(key, "null");
  }
}

std::string answers_object(const AnsweredRound& round, const Questions& questions) {
  std::string out = "{";
  const std::vector<const Value*> answers = questions.answers(round);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (answers[i] == nullptr) continue;
    if (out.size() > 1) out += ',';
    append_json_text(questions.ids()[i], out);
    out += ':';
    out += json_of(*answers[i]);
  }
  out += '}';
  return out;
}

std::string sessions_as_json(const std::vector<AnswerRecord>& records) {
  const std::vector<AnsweredSession> sessions = answered_sessions(records);
  const Questions questions(records, sessions);
  std::string out;
  for_each_round(sessions, [&](const AnsweredSession& session, const AnsweredRound& round) {
    out += out.empty() ? "\n" : ",\n";
    JsonObject object(out);
    object.text("session", session.session).number("round", round.round);
    add_moment("started", round.started_ms, object);
    add_moment("ended", round.ended_ms, object);
    object.text("status", status(round))
        .value("score", number_text(round.score))
        .value("seconds", seconds_text(round.took_ms))
        .value("answers", answers_object(round, questions))
        .end();
  });
  return out;
}

std::string each_as_json(const std::vector<AnswerRecord>& records) {
  std::string out;
  for_each_round(answered_sessions(records),
                 [&](const AnsweredSession&, const AnsweredRound& round) {
                   for (const AnswerRecord* const each : round.answers) {
                     out += out.empty() ? "\n" : ",\n";
                     JsonObject object(out);
                     object.text("session", each->session)
                         .number("round", each->round)
                         .moment("time", each->at_ms)
                         .text("question", each->ask)
                         .value("answer", json_of(each->answer))
                         .text("how", to_string(each->how))
                         .value("seconds", seconds_text(each->took_ms))
                         .value("points", number_text(each->points))
                         .end();
                   }
                 });
  return out;
}

}  // namespace

std::string answers_as_csv(const std::vector<AnswerRecord>& records, AnswerTable table) {
  return table == AnswerTable::sessions ? sessions_as_csv(records) : each_as_csv(records);
}

std::string answers_as_json(const std::vector<AnswerRecord>& records, AnswerTable table) {
  return "[" +
         (table == AnswerTable::sessions ? sessions_as_json(records) : each_as_json(records)) +
         "\n]\n";
}

}  // namespace grotto
