// KeyMap: a map from 64-bit keys to small values in one flat table: with pointers, 23 to 46 bytes
// an entry, where a node of std::unordered_map takes 56.
//
// Open addressing with linear probing; a removed key's followers move up, so that there are no
// tombstones. Keys are hashes under a secret key already (names.h) and are not hashed again.
// Threads: owned by one, or under its owner's lock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace grotto {

template <class Value>
class KeyMap {
 public:
  /// nullptr if the key is not there. Valid until the next change.
  [[nodiscard]] const Value* find(std::uint64_t key) const noexcept {
    if (slots_.empty()) return nullptr;
    const Slot& slot = slots_[place(stored(key))];
    return slot.key == kFree ? nullptr : &slot.value;
  }
  [[nodiscard]] Value* find(std::uint64_t key) noexcept {
    return const_cast<Value*>(std::as_const(*this).find(key));  // NOLINT: it is ours
  }
  [[nodiscard]] bool contains(std::uint64_t key) const noexcept { return find(key) != nullptr; }

  /// Adds the key or gives it another value. Throws std::bad_alloc and has then changed nothing.
  void put(std::uint64_t key, Value value) {
    if ((size_ + 1) * 10 > slots_.size() * 7) grow();
    Slot& slot = slots_[place(stored(key))];
    size_ += slot.key == kFree ? 1 : 0;
    slot = {stored(key), std::move(value)};
  }

  void erase(std::uint64_t key) noexcept {
    if (slots_.empty()) return;
    std::size_t hole = place(stored(key));
    if (slots_[hole].key == kFree) return;
    --size_;
    slots_[hole] = {};
    for (std::size_t next = after(hole); slots_[next].key != kFree; next = after(next)) {
      // It may move up if its home is not between the hole (excluded) and where it stands.
      const std::size_t home = slots_[next].key & mask();
      const bool is_between =
          hole < next ? hole < home && home <= next : hole < home || home <= next;
      if (is_between) continue;
      slots_[hole] = std::exchange(slots_[next], {});
      hole = next;
    }
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  template <class Visit>
  void for_each(Visit visit) const {
    for (const Slot& slot : slots_) {
      if (slot.key != kFree) visit(slot.value);
    }
  }

 private:
  static constexpr std::uint64_t kFree = 0;
  static constexpr std::size_t kSlotsMin = 16;
  struct Slot {
    std::uint64_t key = kFree;
    [[no_unique_address]] Value value{};  // KeySet's takes no room
  };

  static std::uint64_t stored(std::uint64_t key) noexcept { return key == kFree ? 1 : key; }
  [[nodiscard]] std::size_t mask() const noexcept { return slots_.size() - 1; }
  [[nodiscard]] std::size_t after(std::size_t slot) const noexcept { return (slot + 1) & mask(); }

  /// The slot of the key, or the free one where it would go.
  [[nodiscard]] std::size_t place(std::uint64_t stored_key) const noexcept {
    std::size_t slot = stored_key & mask();
    while (slots_[slot].key != kFree && slots_[slot].key != stored_key) slot = after(slot);
    return slot;
  }

  void grow() {
    std::vector<Slot> old(slots_.empty() ? kSlotsMin : 2 * slots_.size());
    old.swap(slots_);
    for (Slot& slot : old) {
      if (slot.key != kFree) slots_[place(slot.key)] = std::move(slot);
    }
  }

  std::vector<Slot> slots_;  // a power of two
  std::size_t size_ = 0;
};

}  // namespace grotto
