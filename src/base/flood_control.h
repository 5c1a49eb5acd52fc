// FloodControl: how much one member may say, in lines and in bytes: a burst at once, then so much a
// second. What is beyond it is delayed by not reading, never refused.
//
// A line to more than Limits::rate_members costs as many lines as that number goes into those who
// get it. Threads: one worker's. Times in milliseconds of served time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/limits.h"
#include "base/token_bucket.h"

namespace grotto {

class FloodControl {
 public:
  /// How long until a line of so many bytes to `readers` members may be taken, 0 if now.
  [[nodiscard]] std::uint64_t wait_ms(const Limits& limits, std::size_t bytes, std::size_t readers,
                                      std::uint64_t now_ms) const {
    return std::max(lines_.wait_ms(price(limits, readers), line_rate(limits), now_ms),
                    bytes_.wait_ms(static_cast<double>(bytes), byte_rate(limits), now_ms));
  }

  void take(const Limits& limits, std::size_t bytes, std::size_t readers, std::uint64_t now_ms) {
    lines_.take(price(limits, readers), line_rate(limits), now_ms);
    bytes_.take(static_cast<double>(bytes), byte_rate(limits), now_ms);
  }

  /// For an upgrade: in how many milliseconds all may be said again; and the same again.
  struct Full {
    std::uint64_t lines_ms = 0;
    std::uint64_t bytes_ms = 0;
  };
  [[nodiscard]] Full full_in(std::uint64_t now_ms) const {
    return {lines_.full_in_ms(now_ms), bytes_.full_in_ms(now_ms)};
  }
  void be_full_in(const Full& full, std::uint64_t now_ms) {
    lines_.be_full_in(full.lines_ms, now_ms);
    bytes_.be_full_in(full.bytes_ms, now_ms);
  }

 private:
  [[nodiscard]] static double price(const Limits& limits, std::size_t readers) {
    return std::max(1.0, static_cast<double>(readers) / static_cast<double>(limits.rate_members));
  }
  [[nodiscard]] static TokenBucket::Rate line_rate(const Limits& limits) {
    return {limits.rate_lines_per_second, limits.rate_burst_lines};
  }
  /// A burst of whole lines, each as long as a line may be, passes; with no limit of lines there
  /// is none of bytes.
  [[nodiscard]] static TokenBucket::Rate byte_rate(const Limits& limits) {
    if (limits.rate_lines_per_second <= 0) return {};
    return {limits.rate_bytes_per_second,
            limits.rate_burst_lines * static_cast<double>(limits.line_bytes_max)};
  }

  TokenBucket lines_;
  TokenBucket bytes_;
};

}  // namespace grotto
