// Questions and answers.
#include <fmt/format.h>

#include <utility>

#include "prompt/prompt_service.h"
#include "prompt/visitor.h"
#include "script/answer.h"

namespace grotto {

namespace {
constexpr std::size_t kNameCellBytesMax = 64;
}

const Ask& Visitor::current() const noexcept {
  return own_ask_ != nullptr ? *own_ask_ : service_.script().asks[visit_->at()];
}

/// The question in turn is asked, or it is the end.
void Visitor::go_on() {
  if (state_ == State::over) return;
  own_ask_.reset();
  const Script& script = service_.script();
  if (visit_->answered_ever() >= Visit::kAnswersMax) {
    return leave_unfinished("These were too many questions for one visit. Goodbye!");
  }
  if (visit_->at() == kScriptEnd) return finish_round();
  if (has_input_ended_) return leave_unfinished({});
  if (script.race && visit_->at() >= service_.shared().race->first()) return join_race();
  ask_now();
}

void Visitor::ask_now() {
  state_ = State::asked;
  is_open_ = true;
  tries_ = 0;
  const Ask& ask = current();
  if (own_ask_ == nullptr && ask.section != section_) {
    section_ = ask.section;
    if (section_ != kNoSection) {
      const std::string title = service_.script().sections[section_].title.fill(*visit_);
      if (!title.empty()) tell(fmt::format("== {} ==", title));
    }
  }
  tell(ask.before.fill(*visit_));
  show_question();
  asked_ms_ = service_.wheel().now_ms();
  deadline_.cancel();
  if (ask.seconds != 0) service_.wheel().arm(deadline_, ask.seconds * 1000);
  show_on_board();
}

void Visitor::show_question() {
  const Ask& ask = current();
  const bool is_hidden = ask.type == AskType::hidden;
  if (is_hidden) {
    is_hiding_ = session_.hide_input(true);
    if (!is_hiding_ && !wording_.is_json()) {  // a program is told by a key
      tell("(Your answer can be seen as you type it; in a telnet client, type /telnet first.)");
    }
  }
  wording_.ask(ask, ask.prompt.fill(*visit_), is_hidden);
}

/// What is typed is shown again.
void Visitor::show_input() {
  if (std::exchange(is_hiding_, false)) session_.hide_input(false);
}

void Visitor::take_answer(std::string_view line) {
  const Ask& ask = current();
  auto read = read_answer(ask, line);
  if (const auto* const no = std::get_if<NoAnswer>(&read)) {
    wording_.refuse(no->sentence, no->code);
    if (ask.tries == 0 || ++tries_ < ask.tries) return;
    return fail_question(
        AnswerHow::tries_out,
        fmt::format("That was the last of {} tr{}.", ask.tries, ask.tries == 1 ? "y" : "ies"));
  }
  const Value& answer = std::get<Value>(read);
  const bool is_blank = line.find_first_not_of(" \t") == std::string_view::npos;
  const bool is_nothing = std::holds_alternative<std::monostate>(answer);
  commit(answer, is_nothing ? AnswerHow::skipped
                 : is_blank ? AnswerHow::by_default
                            : AnswerHow::given);
}

/// Time or tries have run out.
void Visitor::fail_question(AnswerHow how, std::string_view sentence) {
  wording_.refuse(sentence, how == AnswerHow::timed_out ? "timed-out" : "tries-out");
  const Ask& ask = current();
  commit(ask.has_otherwise ? Value() : ask.default_value, how);
}

/// `points`: those of a race; else the question's own.
void Visitor::commit(const Value& answer, AnswerHow how, std::optional<double> points) {
  deadline_.cancel();
  is_open_ = false;
  show_input();
  const Script& script = service_.script();
  const Ask& ask = current();
  const bool is_answered = !std::holds_alternative<std::monostate>(answer);
  const bool is_right = is_answered && !ask.correct.empty() && is_correct(ask, answer);

  std::vector<AnswerRecord> records;
  if (!visit_->has_begun()) {
    records.push_back(record(AnswerEvent::start));
    records.back().resume_hash = visit_->resume_hash();
    hold_visit();
  }
  AnswerRecord each = record(AnswerEvent::answer);
  each.place = visit_->answered();
  each.ask = ask.id;
  if (ask.is_kept) each.answer = answer;
  each.how = how;
  each.took_ms = service_.wheel().now_ms() - asked_ms_;
  each.points = points.value_or(is_right ? ask.points : 0);
  turn_ask_ = ask.id;
  turn_answer_ = answer;
  turn_how_ = how;
  turn_took_ms_ = each.took_ms;
  const double worth = each.points;
  records.push_back(std::move(each));

  bool is_stuck = false;  // nothing stands for the answer, and nothing says where to go on
  if (own_ask_ != nullptr) {
    visit_->take_own(worth);
  } else {
    const bool has_failed = how == AnswerHow::timed_out || how == AnswerHow::tries_out;
    is_stuck = has_failed && !is_answered && !ask.has_otherwise && !ask.is_optional && !script.race;
    const std::size_t at = visit_->at();
    visit_->take(answer, worth);
    visit_->go_to(visit_->next_after(at, how));
  }
  show_on_board();
  const bool is_wrong = is_answered && !ask.correct.empty() && !is_right;
  keep(std::move(records), [this, is_right, is_wrong, is_stuck] {
    if (is_stuck) {
      return leave_unfinished("Without an answer to this question it does not go on. Goodbye!");
    }
    after_kept(is_right, is_wrong);
  });
}

/// The answer is safe.
void Visitor::after_kept(bool is_right, bool is_wrong) {
  if (is_in_race_) {
    state_ = State::racing;
    if (has_input_ended_) return leave_unfinished({});  // nobody waits for his next answer
    return service_.shared().race->settle(service_.ref(number_), visit_->last());
  }
  const Ask& ask = own_ask_ != nullptr ? *own_ask_ : service_.script().asks[visit_->last()];
  if (is_right) tell(ask.right.fill(*visit_));
  if (is_wrong) tell(ask.wrong.fill(*visit_));
  tell(ask.after.fill(*visit_));
  if (ask.is_run && service_.shared().setting.programs != nullptr) return begin_turn();
  go_on();
}

void Visitor::finish_round() {
  const Script& script = service_.script();
  const auto say_goodbye = [this, &script] {
    show_on_board();
    tell(script.end.fill(*visit_));
    if (script.has_score()) tell_score({});
    tell(script.thanks.fill(*visit_));
    if (!script.is_repeated || has_input_ended_) {
      has_ended_ = true;
      state_ = State::over;
      service_.shared().book.remove(*visit_);
      wording_.tell_end();
      return session_.finish(CloseReason::service_ended, {});
    }
    visit_->begin_next_round();
    section_ = kNoSection;
    if (visit_->at() == kScriptEnd) {
      has_ended_ = true;
      state_ = State::over;
      service_.shared().book.remove(*visit_);
      wording_.tell_end();
      return session_.finish(CloseReason::service_ended, {});
    }
    tell(fmt::format("-- round {} --", visit_->round_number()));
    go_on();
  };
  if (!visit_->has_begun()) return say_goodbye();
  AnswerRecord end = record(AnswerEvent::end);
  end.score = visit_->score();
  is_finishing_ = !script.is_repeated;
  keep({std::move(end)}, say_goodbye);
}

void Visitor::show_on_board() {
  PromptShared& shared = service_.shared();
  if (shared.setting.host_key.empty() || state_ == State::host) return;
  const Script& script = service_.script();
  Board::Row row;
  row.name = to_text(visit_->answer(script.name_ask));
  if (row.name.empty() || row.name.size() > kNameCellBytesMax) row.name = visit_->id();
  row.is_done = visit_->at() == kScriptEnd;
  if (!row.is_done) row.at = script.asks[visit_->at()].id;
  row.answered = visit_->answered();
  row.score = visit_->score();
  row.is_here = state_ != State::over || row.is_done;
  shared.board.put(visit_->id(), std::move(row));
}

}  // namespace grotto
