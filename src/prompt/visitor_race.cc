// The race: the same question for all, and the fastest right answer wins.
#include <fmt/format.h>

#include <utility>

#include "prompt/prompt_service.h"
#include "prompt/visitor.h"
#include "script/answer.h"

namespace grotto {

namespace {
constexpr std::size_t kPlayerNameBytesMax = 64;
}

void Visitor::join_race() {
  state_ = State::racing;
  is_open_ = false;
  is_in_race_ = true;
  show_on_board();
  std::string name = to_text(visit_->answer(service_.script().name_ask));
  if (name.empty() || name.size() > kPlayerNameBytesMax) {
    name = fmt::format("player {}", visit_->id().substr(0, 4));
  }
  service_.shared().race->join(service_.ref(number_), std::move(name), visit_->score());
}

void Visitor::leave_race() {
  if (!is_in_race_) return;
  is_in_race_ = false;
  service_.shared().race->leave(service_.ref(number_));
}

void Visitor::on_race_question(std::size_t question) {
  if (!is_in_race_ || state_ == State::over || state_ == State::claiming) return;
  visit_->go_to(question);
  const Ask& ask = current();
  state_ = State::racing;
  is_open_ = true;
  asked_ms_ = service_.wheel().now_ms();
  show_on_board();
  tell(ask.before.fill(*visit_));
  show_question();
}

void Visitor::take_race_answer(std::string_view line) {
  if (!is_open_) return wording_.refuse("Wait for the next question.", "no-question");
  const Ask& ask = current();
  auto read = read_answer(ask, line);
  if (const auto* const no = std::get_if<NoAnswer>(&read)) {
    return wording_.refuse(no->sentence, no->code);
  }
  race_answer_ = std::get<Value>(std::move(read));
  state_ = State::judged;
  const bool is_right = is_correct(ask, race_answer_);
  is_judged_right_ = is_right;
  service_.shared().race->answer(service_.ref(number_), visit_->at(), is_right,
                                 to_text(race_answer_));
}

void Visitor::on_race_verdict(double points, bool counts) {
  if (state_ != State::judged) return;
  settle(State::racing);
  if (!counts) return wording_.refuse("Too late: the question is closed.", "too-late-in-race");
  if (points > 0) {
    tell("Right, and first!");
  } else {
    tell(is_judged_right_ ? "Right, but not first." : "Wrong.");
  }
  commit(race_answer_, AnswerHow::given, points);
}

/// What was not answered has no answer.
void Visitor::on_race_question_over(std::size_t question) {
  if (!is_in_race_ || state_ == State::over) return;
  if (!is_open_ || visit_->at() != question) return;
  if (state_ == State::judged) {  // the verdict will be ignored
    wording_.refuse("Too late: the question is closed.", "too-late-in-race");
    settle(State::racing);
  }
  commit(Value(), AnswerHow::timed_out, 0.0);
}

void Visitor::on_race_over(const std::string& text) {
  if (!is_in_race_ || state_ == State::over) return;
  is_in_race_ = false;
  is_open_ = false;
  tell(text);
  visit_->go_to(kScriptEnd);
  settle(State::asked);
  finish_round();
}

void Visitor::race_start(std::string_view /*argument*/) {
  service_.shared().race->order(RaceTrack::Order::start,
                                [ref = service_.ref(number_)](const std::string& sentence) {
                                  ref.post([sentence](Visitor* who) {
                                    if (who != nullptr) who->tell(sentence);
                                  });
                                });
}

void Visitor::race_next(std::string_view /*argument*/) {
  service_.shared().race->order(RaceTrack::Order::next,
                                [ref = service_.ref(number_)](const std::string& sentence) {
                                  ref.post([sentence](Visitor* who) {
                                    if (who != nullptr) who->tell(sentence);
                                  });
                                });
}

}  // namespace grotto
