// Patience: whether a room waits for a member (design §2).
//
// Counted is only the time between EAGAIN and the writable edge, summed up until the member is at
// the head again: who is not blocked is always waited for, however busy the server. A newcomer has
// little patience until it has kept up for a while; who ran out of it is not waited for until it
// has kept up for longer. To keep up: to be at the head and not blocked since. Threads: one
// worker's. Times are served time, in milliseconds.
#pragma once

#include <cstdint>

#include "base/limits.h"

namespace grotto {

class Patience {
 public:
  /// The kernel takes no more. Returns how long the room still waits, 0 if it does not.
  std::uint64_t block(std::uint64_t now_ms, const Limits& limits) noexcept;
  /// The kernel takes bytes again.
  void unblock(std::uint64_t now_ms) noexcept;
  /// All lines were sent.
  void reach_head(std::uint64_t now_ms) noexcept;
  /// The time that block() returned has passed and the member is still blocked.
  void run_out() noexcept { state_ = State::impatient; }

  [[nodiscard]] bool is_blocked() const noexcept { return is_blocked_; }
  /// Whether a say waits for this member if it is behind.
  [[nodiscard]] bool is_waited_for(std::uint64_t now_ms, const Limits& limits) const noexcept;

 private:
  enum class State : std::uint8_t { newcomer, settled, impatient };
  [[nodiscard]] State settled_state(std::uint64_t now_ms, const Limits& limits) const noexcept;

  std::uint64_t since_ms_ = 0;  // blocked: when it began; at the head: since when
  std::uint32_t spent_ms_ = 0;  // blocked before, since last at the head
  State state_ = State::newcomer;
  bool is_blocked_ = false;
  bool is_at_head_ = false;
};

}  // namespace grotto
