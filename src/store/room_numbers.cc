#include "store/room_numbers.h"

#include <new>

namespace grotto {

RoomNumbers::Number RoomNumbers::begin(std::string_view name) {
  if (!last_ || *last_ >= kMax) return 0;
  const Number number = *last_ + 1;
  Changes change;
  change.emplace(number, name);
  names_.emplace(number, name);
  changes_.merge(change);
  last_ = number;
  return number;
}

void RoomNumbers::end(Number number) noexcept {
  names_.erase(number);
  try {
    changes_[number] = std::nullopt;
  } catch (const std::bad_alloc&) {
    return;
  }
}

void RoomNumbers::repeat_all() {
  for (const auto& [number, name] : names_) changes_.emplace(number, name);
}

}  // namespace grotto
