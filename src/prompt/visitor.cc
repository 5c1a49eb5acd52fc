// Lines, deadlines and the end.
#include "prompt/visitor.h"

#include <fmt/format.h>

#include <algorithm>
#include <new>
#include <utility>

#include "base/log.h"
#include "base/time_text.h"
#include "base/worker_counters.h"
#include "prompt/prompt_service.h"
#include "prompt/token.h"

namespace grotto {

namespace {

constexpr std::uint64_t kFaultMs = 1'000;  // keeping takes so long: why?
constexpr std::uint64_t kTableMs = 2'000;  // between two tables for the host

}  // namespace

Visitor::Visitor(PromptService& service, Session& session, std::uint64_t number)
    : service_(service), session_(session), number_(number), wording_(session) {}

void Visitor::start() {
  wording_.set_json(session_.framing() != Framing::lines ||
                    session_.first_command() == "/format json");
  if (service_.shared().setting.has_tokens) token_ = new_token();
  visit_ = std::make_shared<Visit>(service_.shared().setting.script, new_session_id(),
                                   token_hash(token_));
  const Script& script = service_.script();
  if (!script.title.empty()) tell(fmt::format("*** {} ***", script.title));
  tell(script.start.fill(*visit_));
  if (script.tells_token) tell_how_to_resume();
  go_on();
}

// ---- Lines -------------------------------------------------------------------------------------

bool Visitor::is_busy() const noexcept {
  return state_ == State::keeping || state_ == State::at_work || state_ == State::judged ||
         state_ == State::claiming;
}

bool Visitor::may_pass(std::size_t bytes) {
  const Limits& limits = service_.limits();
  const std::uint64_t now = service_.wheel().now_ms();
  const std::uint64_t wait_ms = flood_.wait_ms(limits, bytes, 1, now);
  if (wait_ms != 0) {
    service_.worker().counters().flood_delays.add();
    service_.worker().counters().flood_delay_ms.add(wait_ms);
    service_.wheel().arm(rate_timer_, wait_ms);
    return false;
  }
  flood_.take(limits, bytes, 1, now);
  return true;
}

Taken Visitor::take_line(std::string_view line) {
  if (state_ == State::over) return Taken::yes;
  if (is_busy() || !may_pass(line.size())) return Taken::wait;
  if (take_command(line)) return Taken::yes;
  if (line.starts_with("//")) line.remove_prefix(1);
  switch (state_) {
    case State::asked: take_answer(line); break;
    case State::racing: take_race_answer(line); break;
    case State::host:
      wording_.refuse("You are the host: /help lists what you can do.", "host");
      break;
    case State::keeping:
    case State::at_work:
    case State::judged:
    case State::claiming:
    case State::over: break;
  }
  return Taken::yes;
}

/// What it waited for has come.
void Visitor::settle(State state) {
  if (state_ == State::over) return;
  state_ = state;
  session_.resume();
}

void Visitor::on_deadline() {
  try {
    take_deadline();
  } catch (const std::bad_alloc&) {
    session_.abort(CloseReason::out_of_memory);  // it would stay, without a limit
  }
}

void Visitor::take_deadline() {
  switch (state_) {
    case State::asked: return fail_question(AnswerHow::timed_out, "The time is up.");
    case State::keeping: {
      const std::string fault = service_.shared().setting.keeper->fault();
      if (!fault.empty() && !has_told_fault_) {
        has_told_fault_ = true;
        wording_.refuse(
            fmt::format("Your answer cannot be kept at the moment ({}). Please wait: it is tried "
                        "again every second, and nothing more is asked before it is safe.",
                        fault),
            "not-kept");
      }
      return service_.wheel().arm(deadline_, kFaultMs);
    }
    case State::at_work: {
      const std::uint64_t seconds = service_.shared().run().seconds;
      service_.warnings().note("program takes too long",
                               {{"session", visit_->id()}, {"seconds", seconds}});
      end_program("it took too long");
      return fail_turn(
          fmt::format("The program behind the questions took longer than {} s.", seconds));
    }
    case State::host: {
      const std::uint64_t version = service_.shared().board.version();
      if (version != board_version_) show_table({});
      return service_.wheel().arm(deadline_, kTableMs);
    }
    case State::racing:
    case State::judged:
    case State::claiming:
    case State::over: return;
  }
}

// ---- Keeping -----------------------------------------------------------------------------------

AnswerRecord Visitor::record(AnswerEvent event) const {
  AnswerRecord record;
  record.session = visit_->id();
  record.at_ms = wall_clock_ms();
  record.event = event;
  record.round = visit_->round_number();
  return record;
}

/// `then` runs when the records are on the disk; nothing is taken meanwhile.
void Visitor::keep(std::vector<AnswerRecord> records, std::function<void()> then) {
  AnswerKeeper* const keeper = service_.shared().setting.keeper.get();
  if (keeper == nullptr) return then();
  state_ = State::keeping;
  then_ = std::move(then);
  has_told_fault_ = false;
  service_.wheel().arm(deadline_, kFaultMs);
  keeper->keep(std::move(records), [ref = service_.ref(number_)] {
    ref.post([](Visitor* who) {
      if (who != nullptr) who->on_kept();
    });
  });
}

void Visitor::on_kept() {
  if (state_ != State::keeping) return;
  deadline_.cancel();
  if (has_told_fault_) tell("It is kept now.");
  settle(State::asked);
  const std::function<void()> then = std::move(then_);
  then_ = nullptr;
  then();
}

VisitBook::Evict Visitor::eviction() {
  return [ref = service_.ref(number_)](std::function<void()> then) {
    ref.post([then = std::move(then)](Visitor* who) {
      if (who != nullptr) who->give_up_visit();
      then();
    });
  };
}

void Visitor::hold_visit() {
  service_.shared().book.hold(visit_, eviction());
}

// ---- The end -----------------------------------------------------------------------------------

void Visitor::end_input() {
  has_input_ended_ = true;
  if (!is_busy()) leave_unfinished({});
}

void Visitor::stop() {
  if (state_ == State::over) return;
  show_input();
  if (!has_ended_ && visit_->has_begun()) tell_how_to_resume();
  tell("The server is stopping. Goodbye!");
}

void Visitor::leave_unfinished(std::string_view farewell) {
  if (state_ == State::over) return;
  show_input();
  if (!has_ended_ && visit_->has_begun()) {
    tell(fmt::format("{} question{} answered; this is not finished.", visit_->answered(),
                     visit_->answered() == 1 ? " is" : "s are"));
    tell_how_to_resume();
  }
  state_ = State::over;
  deadline_.cancel();
  const std::string last = farewell.empty() ? std::string() : wording_.phrase(farewell, {});
  if (!last.empty()) session_.write_line(last);
  wording_.tell_end();
  session_.finish(has_input_ended_ ? CloseReason::peer_closed : CloseReason::quit, {});
}

/// Another connection goes on with it.
void Visitor::give_up_visit() {
  if (has_ended_) return;
  show_input();
  leave_race();
  has_ended_ = true;  // for this connection
  state_ = State::over;
  deadline_.cancel();
  service_.shared().book.release(visit_);
  session_.finish(CloseReason::replaced,
                  wording_.phrase("You went on from another connection. Goodbye!", "replaced"));
}

void Visitor::close() {
  deadline_.cancel();
  rate_timer_.cancel();
  leave_race();
  PromptShared& shared = service_.shared();
  if (shared.program != nullptr) shared.program->leave(visit_->id(), service_.ref(number_));
  program_.reset();
  if (has_ended_) return;
  has_ended_ = true;
  if (!visit_->has_begun()) return shared.board.remove(visit_->id());
  if (is_finishing_) return shared.book.remove(*visit_);  // its end is on its way to the disk
  if (shared.setting.keeper != nullptr) {
    shared.setting.keeper->keep({record(AnswerEvent::unfinished)}, [] {});
  }
  state_ = State::over;
  show_on_board();
  shared.book.release(visit_);
}

}  // namespace grotto
