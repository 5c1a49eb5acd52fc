#include "prompt/visit.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "script/flow.h"

namespace grotto {

namespace {
const Value kNothing;
}

Visit::Visit(std::shared_ptr<const Script> script, std::string id, std::string resume_hash)
    : script_(std::move(script)),
      id_(std::move(id)),
      resume_hash_(std::move(resume_hash)),
      answers_(script_->asks.size()),
      at_(first_ask(*script_, *this)) {}

const Value& Visit::answer(std::size_t ask) const noexcept {
  return ask < answers_.size() ? answers_[ask] : kNothing;
}

std::size_t Visit::bytes() const noexcept {
  std::size_t sum = sizeof *this + id_.capacity() + resume_hash_.capacity() +
                    answers_.capacity() * sizeof(Value) + trail_.capacity() * sizeof(Step);
  for (const Value& each : answers_) {
    if (const auto* const text = std::get_if<std::string>(&each)) sum += text->capacity();
  }
  return sum;
}

void Visit::take(const Value& answer, double points) {
  GROTTO_CHECK(at_ < answers_.size());
  answers_[at_] = answer;
  trail_.push_back({at_, points});
  score_ += points;
  ++answered_ever_;
}

void Visit::take_own(double points) {
  trail_.push_back({kScriptEnd, points});
  score_ += points;
  ++answered_ever_;
}

void Visit::add_points(double points) {
  GROTTO_CHECK(!trail_.empty());
  trail_.back().points += points;
  score_ += points;
}

void Visit::cut_trail(std::size_t size) {
  while (trail_.size() > size) {
    const Step last = trail_.back();
    trail_.pop_back();
    score_ -= last.points;
    if (last.ask == kScriptEnd) continue;
    // A question may stand in the trail twice (goto): an earlier answer is void all the same.
    answers_[last.ask] = {};
    at_ = last.ask;
  }
}

std::size_t Visit::next_after(std::size_t ask, AnswerHow how) const {
  const Ask& asked = script_->asks[ask];
  if (how != AnswerHow::timed_out && how != AnswerHow::tries_out) {
    return next_ask(*script_, ask, *this);
  }
  if (asked.has_otherwise) {
    return asked.otherwise == kScriptEnd ? kScriptEnd : ask_from(*script_, asked.otherwise, *this);
  }
  const bool is_answered = !std::holds_alternative<std::monostate>(answer(ask));
  const bool has_default = !std::holds_alternative<std::monostate>(asked.default_value);
  const bool is_stuck = !is_answered && !has_default && !asked.is_optional && !script_->race;
  return is_stuck ? ask : next_ask(*script_, ask, *this);
}

void Visit::go_back() {
  GROTTO_CHECK(!trail_.empty());
  cut_trail(trail_.size() - 1);
}

void Visit::begin_next_round() {
  trail_.clear();
  std::fill(answers_.begin(), answers_.end(), Value());
  score_ = 0;
  ++round_;
  at_ = first_ask(*script_, *this);
}

bool Visit::restore(const AnswerRecord& record) {
  if (record.event == AnswerEvent::end) {
    if (!script_->is_repeated) return true;
    is_last_unknown_ = false;
    begin_next_round();
    return false;
  }
  if (record.event != AnswerEvent::answer) return false;
  is_last_unknown_ = false;
  if (record.round != round_) {
    begin_next_round();
    round_ = record.round;
  }
  cut_trail(static_cast<std::size_t>(std::min<std::uint64_t>(record.place, trail_.size())));
  const auto found = std::find_if(script_->asks.begin(), script_->asks.end(),
                                  [&](const Ask& ask) { return ask.id == record.ask; });
  if (found == script_->asks.end()) {  // the program's own, or of a script that has changed
    take_own(record.points);
    return false;
  }
  at_ = static_cast<std::size_t>(found - script_->asks.begin());
  take(record.answer, record.points);
  is_last_unknown_ =
      !found->is_kept && (record.how == AnswerHow::given || record.how == AnswerHow::by_default);
  at_ = next_after(at_, record.how);
  return false;
}

void Visit::end_restore() {
  if (std::exchange(is_last_unknown_, false)) go_back();
}

}  // namespace grotto
