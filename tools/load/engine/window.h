// Window: how far a sender of a closed loop may go: so many bursts beyond what is done. Threads:
// pure functions.
#pragma once

#include <algorithm>
#include <cstdint>

#include "load/engine/options.h"
#include "load/engine/sender.h"

namespace grotto::load {

/// Allows `sender` whole bursts up to depth bursts beyond `done` lines, and no line from `end` on.
inline void open_window(Sender& sender, const LoadOptions& options, std::uint64_t done,
                        std::uint64_t end) noexcept {
  const std::uint64_t burst = options.burst;
  const std::uint64_t window = burst * options.depth;
  const std::uint64_t first = sender.timetable().first;
  done = std::clamp(done, first, std::max(first, sender.next()));
  const std::uint64_t until = first + (done - first) / burst * burst + window;
  sender.allow(std::max(sender.allowed(), std::min(until, end)));
}

}  // namespace grotto::load
