#include "load/check/stream_check.h"

#include <algorithm>

namespace grotto::load {

StreamCheck::Outcome StreamCheck::take_out_of_order(std::uint64_t sequence) {
  if (sequence > next_) {
    const std::uint64_t gap = sequence - next_;
    const std::uint64_t kept = std::min<std::uint64_t>(gap, kMissingMax);
    given_up_ += gap - kept;
    for (std::uint64_t each = sequence - kept; each < sequence; ++each) missing_.push_back(each);
    while (missing_.size() > kMissingMax) {
      missing_.pop_front();
      ++given_up_;
    }
    next_ = sequence + 1;
    return Outcome::after_gap;
  }
  const auto found = std::lower_bound(missing_.begin(), missing_.end(), sequence);
  if (found == missing_.end() || *found != sequence) return Outcome::duplicated;
  missing_.erase(found);
  return Outcome::reordered;
}

}  // namespace grotto::load
