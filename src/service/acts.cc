#include "service/acts.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace grotto {

void Acts::note(Act act) {
  const std::scoped_lock lock(mutex_);
  if (acts_.size() == kActsMax) acts_.pop_front();
  acts_.push_back(std::move(act));
}

std::optional<Acts::Act> Acts::take_last(const NameKey& by) {
  const std::scoped_lock lock(mutex_);
  const auto found =
      std::find_if(acts_.rbegin(), acts_.rend(), [&](const Act& each) { return each.by == by; });
  if (found == acts_.rend()) return std::nullopt;
  Act act = std::move(*found);
  acts_.erase(std::next(found).base());
  return act;
}

}  // namespace grotto
