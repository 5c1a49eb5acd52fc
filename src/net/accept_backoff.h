// AcceptBackoff: what to do after an accept failed: go on, or pause, and for how long.
//
// One connection that died in the backlog is no reason to wait; an error that stays must not make
// the loop spin, nor leave the server deaf: pauses double from 10 ms to 1 s and end with the first
// success. Threads: owned by one.
#pragma once

#include <cstdint>

namespace grotto {

class AcceptBackoff {
 public:
  static constexpr std::uint64_t kPauseMinMs = 10;
  static constexpr std::uint64_t kPauseMaxMs = 1'000;

  void on_success() noexcept {
    free_retries_ = kFreeRetries;
    pause_ms_ = kPauseMinMs;
  }

  /// After `error`: how long to pause, in milliseconds; 0: try the next one at once.
  [[nodiscard]] std::uint64_t on_error(int error) noexcept;

 private:
  static constexpr unsigned kFreeRetries = 4;

  unsigned free_retries_ = kFreeRetries;
  std::uint64_t pause_ms_ = kPauseMinMs;
};

}  // namespace grotto
