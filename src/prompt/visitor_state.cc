// Visitor's chapter on upgrades: who is asked a question is asked it by another process.
//
// His answers are where they are kept; what goes over is whose they are and where he stands. Who
// waits for something of this process, is in a race, the host, or has answers that are in memory
// only, stays behind.
#include <algorithm>

#include "grotto/state.h"
#include "prompt/prompt_service.h"
#include "prompt/token.h"
#include "prompt/visitor.h"

namespace grotto {

bool Visitor::save(StateWriter& state) const {
  const PromptShared& shared = service_.shared();
  const bool is_plainly_asked = state_ == State::asked && is_open_ && !is_in_race_ &&
                                shared.race == nullptr && !shared.setting.script->run;
  const bool is_kept = shared.setting.keeper != nullptr || !visit_->has_begun();
  if (!is_plainly_asked || !is_kept || token_.empty()) return false;
  const std::uint64_t now = service_.wheel().now_ms();
  state.text(token_);
  state.text(visit_->id());
  state.flag(visit_->has_begun());
  state.text(current().id);
  state.flag(wording_.is_json());
  state.flag(is_hiding_);
  state.flag(has_input_ended_);
  state.number(section_);
  state.number(tries_);
  state.number(now - asked_ms_);
  state.number(deadline_.is_armed() ? deadline_.due_ms() - std::min(deadline_.due_ms(), now) + 1
                                    : 0);
  const FloodControl::Full full = flood_.full_in(now);
  state.number(full.lines_ms);
  state.number(full.bytes_ms);
  return true;
}

void Visitor::restore(StateReader& state) {
  const std::uint64_t now = service_.wheel().now_ms();
  token_ = state.text();
  const std::string id(state.text());
  const bool has_begun = state.flag();
  const std::string_view question = state.text();
  wording_.set_json(state.flag());
  is_hiding_ = state.flag();
  has_input_ended_ = state.flag();
  section_ = state.number();
  tries_ = static_cast<unsigned>(state.number());
  asked_ms_ = now - std::min(now, state.number());
  const std::uint64_t left_ms = state.number();
  FloodControl::Full full;
  full.lines_ms = state.number();
  full.bytes_ms = state.number();
  flood_.be_full_in(full, now);
  if (!state.is_good()) return;
  if (!find_visit(id, has_begun)) {
    state.fail();
    return;
  }
  // The script, or what is known of the last answer, may be another one now.
  const auto& asks = service_.script().asks;
  if (visit_->at() >= asks.size() || asks[visit_->at()].id != question) return go_on();
  state_ = State::asked;
  is_open_ = true;
  if (left_ms > 0) service_.wheel().arm(deadline_, left_ms);
  show_on_board();
}

/// His visit is in the book, if anything of it was kept; else it begins again where it was.
bool Visitor::find_visit(const std::string& id, bool has_begun) {
  if (!has_begun) {
    visit_ = std::make_shared<Visit>(service_.shared().setting.script, id, token_hash(token_));
    return true;
  }
  auto found = service_.shared().book.claim(token_hash(token_), eviction());
  auto* const visit = std::get_if<std::shared_ptr<Visit>>(&found);
  if (visit == nullptr) return false;
  visit_ = std::move(*visit);
  hold_visit();
  return true;
}

void Visitor::stay_behind() {
  if (state_ == State::over) return;
  show_input();
  if (!has_ended_ && visit_->has_begun()) tell_how_to_resume();
  tell("The server is upgraded: please connect again.");
}

bool PromptService::save(Session& session, StateWriter& state) {
  return session.state() != nullptr && static_cast<Visitor&>(*session.state()).save(state);
}

void PromptService::restore(Session& session, StateReader& state) {
  const std::uint64_t number = ++last_number_;
  session.set_state(std::make_unique<Visitor>(*this, session, number));
  auto& visitor = static_cast<Visitor&>(*session.state());
  visitors_[number] = &visitor;
  visitor.restore(state);
}

void PromptService::on_upgrading(Session& session) {
  if (session.state() != nullptr) static_cast<Visitor&>(*session.state()).stay_behind();
}

bool PromptService::may_be_saved() const {
  return std::none_of(visitors_.begin(), visitors_.end(),
                      [](const auto& each) { return each.second->is_keeping(); });
}

}  // namespace grotto
