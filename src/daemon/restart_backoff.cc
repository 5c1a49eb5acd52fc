#include "daemon/restart_backoff.h"

#include <algorithm>

namespace grotto {

std::uint64_t RestartBackoff::on_end(std::uint64_t lived_ms) noexcept {
  if (lived_ms >= rule_.lived_ms) next_ms_ = rule_.first_ms;
  const std::uint64_t wait_ms = next_ms_;
  next_ms_ = std::min(2 * next_ms_, rule_.most_ms);
  return wait_ms;
}

}  // namespace grotto
