#include "answers/answered_sessions.h"

#include <algorithm>
#include <cstddef>
#include <unordered_map>

namespace grotto {

namespace {

class Sessions {
 public:
  void take(const AnswerRecord& record);
  [[nodiscard]] std::vector<AnsweredSession> finish();

 private:
  AnsweredSession& session(std::string_view name);
  static AnsweredRound& round(AnsweredSession& session, std::uint64_t number);
  static void answer(AnsweredRound& round, const AnswerRecord& record);

  std::vector<AnsweredSession> sessions_;
  std::unordered_map<std::string_view, std::size_t> places_;
};

AnsweredSession& Sessions::session(std::string_view name) {
  const auto [found, is_new] = places_.try_emplace(name, sessions_.size());
  if (is_new) sessions_.push_back({name, {AnsweredRound()}});
  return sessions_[found->second];
}

AnsweredRound& Sessions::round(AnsweredSession& session, std::uint64_t number) {
  const auto found =
      std::lower_bound(session.rounds.begin(), session.rounds.end(), number,
                       [](const AnsweredRound& each, std::uint64_t n) { return each.round < n; });
  if (found != session.rounds.end() && found->round == number) return *found;
  AnsweredRound begun;
  begun.round = number;
  return *session.rounds.insert(found, std::move(begun));
}

void Sessions::answer(AnsweredRound& round, const AnswerRecord& record) {
  if (!round.started_ms)
    round.started_ms = record.at_ms - static_cast<std::int64_t>(record.took_ms);
  std::erase_if(round.answers,
                [&](const AnswerRecord* before) { return before->place >= record.place; });
  round.answers.push_back(&record);
}

void Sessions::take(const AnswerRecord& record) {
  AnsweredSession& session = this->session(record.session);
  switch (record.event) {
    case AnswerEvent::start: session.rounds.front().started_ms = record.at_ms; break;
    case AnswerEvent::answer: answer(round(session, record.round), record); break;
    case AnswerEvent::unfinished:
    case AnswerEvent::resumed: break;
    case AnswerEvent::end:
      session.rounds.back().is_finished = true;
      session.rounds.back().ended_ms = record.at_ms;
      session.rounds.back().score = record.score;
      break;
  }
}

std::vector<AnsweredSession> Sessions::finish() {
  for (AnsweredSession& session : sessions_) {
    for (AnsweredRound& round : session.rounds) {
      double points = 0;
      for (const AnswerRecord* const each : round.answers) {
        points += each->points;
        round.took_ms += each->took_ms;
      }
      if (round.is_finished) continue;
      round.score = points;
      if (&round == &session.rounds.back()) continue;
      round.is_finished = true;  // another came after it
      if (!round.answers.empty()) round.ended_ms = round.answers.back()->at_ms;
    }
  }
  return std::move(sessions_);
}

}  // namespace

std::vector<AnsweredSession> answered_sessions(const std::vector<AnswerRecord>& records) {
  Sessions sessions;
  for (const AnswerRecord& record : records) sessions.take(record);
  return sessions.finish();
}

}  // namespace grotto
