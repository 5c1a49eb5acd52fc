// KeySet: a set of 64-bit keys in one flat table: 11 to 23 bytes a key, where a node of
// std::unordered_set takes 40.
//
// Threads: owned by one, or under its owner's lock.
#pragma once

#include <cstddef>
#include <cstdint>

#include "room/key_map.h"

namespace grotto {

class KeySet {
 public:
  [[nodiscard]] bool contains(std::uint64_t key) const noexcept { return keys_.contains(key); }
  /// Throws std::bad_alloc and has then changed nothing.
  void insert(std::uint64_t key) { keys_.put(key, {}); }
  void erase(std::uint64_t key) noexcept { keys_.erase(key); }
  [[nodiscard]] std::size_t size() const noexcept { return keys_.size(); }

 private:
  struct Nothing {};
  KeyMap<Nothing> keys_;
};

}  // namespace grotto
