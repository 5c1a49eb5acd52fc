#include "service/endings.h"

#include <utility>

#include "grotto/state.h"

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

void Endings::save(StateWriter& state) const {
  const std::scoped_lock lock(mutex_);
  state.number(endings_.size());
  for (const Ending& each : endings_) {
    state.text(each.name);
    state.text(each.address);
    state.number(static_cast<std::uint64_t>(each.at_ms));
    state.number(each.stayed_s);
    state.choice(each.reason);
  }
}

void Endings::restore(const NameRules& names, StateReader& state) {
  for (std::uint64_t left = state.number(); left > 0 && state.is_good(); --left) {
    Ending each;
    each.name = state.text();
    each.key = names.own(each.name).key;
    each.address = state.text();
    each.at_ms = static_cast<std::int64_t>(state.number());
    each.stayed_s = state.number();
    each.reason = state.choice(CloseReason::internal_error);
    note(std::move(each));
  }
}

}  // namespace grotto
