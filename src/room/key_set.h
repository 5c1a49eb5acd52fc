// KeySet: a set of 64-bit keys in one flat table: 11 to 23 bytes a key, where a node of
// std::unordered_set takes 40.
//
// Open addressing with linear probing; a removed key's followers move up, so that there are no
// tombstones. Keys are hashes under a secret key already (names.h) and are not hashed again.
// Threads: owned by one, or under its owner's lock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace grotto {

class KeySet {
 public:
  [[nodiscard]] bool contains(std::uint64_t key) const noexcept {
    return !slots_.empty() && slots_[find(stored(key))] != kFree;
  }

  /// Throws std::bad_alloc and has then changed nothing.
  void insert(std::uint64_t key) {
    if ((size_ + 1) * 10 > slots_.size() * 7) grow();
    std::uint64_t& slot = slots_[find(stored(key))];
    size_ += slot == kFree ? 1 : 0;
    slot = stored(key);
  }

  void erase(std::uint64_t key) noexcept {
    if (slots_.empty()) return;
    std::size_t hole = find(stored(key));
    if (slots_[hole] == kFree) return;
    --size_;
    slots_[hole] = kFree;
    for (std::size_t next = after(hole); slots_[next] != kFree; next = after(next)) {
      // It may move up if its home is not between the hole (excluded) and where it stands.
      const std::size_t home = slots_[next] & mask();
      const bool is_between =
          hole < next ? hole < home && home <= next : hole < home || home <= next;
      if (is_between) continue;
      slots_[hole] = slots_[next];
      slots_[next] = kFree;
      hole = next;
    }
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  static constexpr std::uint64_t kFree = 0;
  static constexpr std::size_t kSlotsMin = 16;

  static std::uint64_t stored(std::uint64_t key) noexcept { return key == kFree ? 1 : key; }
  [[nodiscard]] std::size_t mask() const noexcept { return slots_.size() - 1; }
  [[nodiscard]] std::size_t after(std::size_t slot) const noexcept { return (slot + 1) & mask(); }

  /// The slot of the key, or the free one where it would go.
  [[nodiscard]] std::size_t find(std::uint64_t stored_key) const noexcept {
    std::size_t slot = stored_key & mask();
    while (slots_[slot] != kFree && slots_[slot] != stored_key) slot = after(slot);
    return slot;
  }

  void grow() {
    std::vector<std::uint64_t> old(slots_.empty() ? kSlotsMin : 2 * slots_.size(), kFree);
    old.swap(slots_);
    for (const std::uint64_t key : old) {
      if (key != kFree) slots_[find(key)] = key;
    }
  }

  std::vector<std::uint64_t> slots_;  // a power of two
  std::size_t size_ = 0;
};

}  // namespace grotto
