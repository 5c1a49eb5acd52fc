// TokenBucket: how much a member may say: a burst at once, then so much a second.
//
// Kept as the moment at which the bucket would be full again (GCRA), 8 bytes and no timer.
// Threads: one worker's. Times in milliseconds of served time.
#pragma once

#include <algorithm>
#include <cstdint>

namespace grotto {

class TokenBucket {
 public:
  struct Rate {
    double per_second = 0;  // 0: no limit
    double burst = 0;
  };

  /// How long until `tokens` may be taken, 0 if now. More tokens than the burst count as the burst.
  [[nodiscard]] std::uint64_t wait_ms(double tokens, const Rate& rate, std::uint64_t now_ms) const {
    if (rate.per_second <= 0) return 0;
    const double now = static_cast<double>(now_ms);
    const double full_at =
        std::max(full_at_ms_, now) + std::min(tokens, rate.burst) * 1000.0 / rate.per_second;
    const double allowed = now + rate.burst * 1000.0 / rate.per_second;
    return full_at <= allowed + 0.5 ? 0 : static_cast<std::uint64_t>(full_at - allowed) + 1;
  }

  void take(double tokens, const Rate& rate, std::uint64_t now_ms) {
    if (rate.per_second <= 0) return;
    full_at_ms_ = std::max(full_at_ms_, static_cast<double>(now_ms)) +
                  std::min(tokens, rate.burst) * 1000.0 / rate.per_second;
  }

  /// For an upgrade: in how many milliseconds it is full again, rounded up; and the same again.
  [[nodiscard]] std::uint64_t full_in_ms(std::uint64_t now_ms) const {
    const double left = full_at_ms_ - static_cast<double>(now_ms);
    return left <= 0 ? 0 : static_cast<std::uint64_t>(left) + 1;
  }
  void be_full_in(std::uint64_t delay_ms, std::uint64_t now_ms) {
    full_at_ms_ = static_cast<double>(now_ms) + static_cast<double>(delay_ms);
  }

 private:
  double full_at_ms_ = 0;
};

}  // namespace grotto
