// AcceptBackoff: what to do after an accept failed: go on, or pause, and for how long.
//
// One connection that died in the backlog is no reason to wait; an error that stays must not make
// the loop spin, nor leave the server deaf: pauses double up to a bound and end with the first
// success. How long is Limits' to say. Threads: owned by one.
#pragma once

#include <cstdint>

#include "base/limits.h"

namespace grotto {

class AcceptBackoff {
 public:
  void on_success() noexcept {
    free_retries_ = kFreeRetries;
    pause_ms_ = 0;
  }

  /// After `error`: how long to pause, in milliseconds, from Limits::accept_pause_ms to
  /// Limits::accept_pause_max_ms; 0: try the next one at once.
  [[nodiscard]] std::uint64_t on_error(int error, const Limits& limits) noexcept;

 private:
  static constexpr unsigned kFreeRetries = 4;

  unsigned free_retries_ = kFreeRetries;
  std::uint64_t pause_ms_ = 0;  // the one before; 0: none
};

}  // namespace grotto
