// Flood control: how much a member may say.
// Threads: pure functions.
#pragma once

#include "base/limits.h"
#include "base/token_bucket.h"

namespace grotto {

inline TokenBucket::Rate line_rate(const Limits& limits) noexcept {
  return {limits.rate_lines_per_second, limits.rate_burst_lines};
}

/// A burst of whole lines, each as long as a line may be, passes; with no limit of lines there is
/// none of bytes.
inline TokenBucket::Rate byte_rate(const Limits& limits) noexcept {
  if (limits.rate_lines_per_second <= 0) return {};
  return {limits.rate_bytes_per_second,
          limits.rate_burst_lines * static_cast<double>(limits.line_bytes_max)};
}

}  // namespace grotto
