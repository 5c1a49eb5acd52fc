#include "service/endings.h"

#include <utility>

namespace grotto {

void Endings::note(Ending ending) {
  const std::scoped_lock lock(mutex_);
  if (endings_.size() == kEndingsMax) endings_.pop_front();
  endings_.push_back(std::move(ending));
}

std::vector<Endings::Ending> Endings::newest(const NameKey* key, std::size_t count_max,
                                             std::size_t& more) const {
  std::vector<Ending> found;
  more = 0;
  const std::scoped_lock lock(mutex_);
  for (auto each = endings_.rbegin(); each != endings_.rend(); ++each) {
    const bool is_meant = key == nullptr || (!each->name.empty() && each->key.clashes_with(*key));
    if (!is_meant) continue;
    if (found.size() == count_max) {
      ++more;
    } else {
      found.push_back(*each);
    }
  }
  return found;
}

}  // namespace grotto
