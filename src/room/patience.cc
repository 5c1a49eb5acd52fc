#include "room/patience.h"

#include <algorithm>

namespace grotto {

Patience::State Patience::settled_state(std::uint64_t now_ms, const Limits& limits) const noexcept {
  if (!is_at_head_) return state_;
  const std::uint64_t kept_up_ms = now_ms - since_ms_;
  if (state_ == State::newcomer && kept_up_ms >= limits.newcomer_ms) return State::settled;
  if (state_ == State::impatient && kept_up_ms >= limits.forgiven_ms) return State::settled;
  return state_;
}

std::uint64_t Patience::block(std::uint64_t now_ms, const Limits& limits) noexcept {
  state_ = settled_state(now_ms, limits);
  is_at_head_ = false;
  is_blocked_ = true;
  since_ms_ = now_ms;
  if (state_ == State::impatient) return 0;
  const std::uint64_t allowed_ms =
      state_ == State::newcomer ? limits.patience_newcomer_ms : limits.patience_ms;
  return allowed_ms - std::min<std::uint64_t>(allowed_ms, spent_ms_);
}

void Patience::unblock(std::uint64_t now_ms) noexcept {
  if (!is_blocked_) return;
  is_blocked_ = false;
  const std::uint64_t spent = spent_ms_ + (now_ms - since_ms_);
  spent_ms_ = static_cast<std::uint32_t>(std::min<std::uint64_t>(spent, 0xFFFFFFFFU));
}

void Patience::reach_head(std::uint64_t now_ms) noexcept {
  if (is_at_head_ || is_blocked_) return;
  is_at_head_ = true;
  since_ms_ = now_ms;
  spent_ms_ = 0;
}

bool Patience::is_waited_for(std::uint64_t now_ms, const Limits& limits) const noexcept {
  return settled_state(now_ms, limits) != State::impatient;
}

}  // namespace grotto
