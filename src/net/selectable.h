// Selectable: what the selector's events are for: a connection or a listener. SelectableTable: a
// slot for each.
//
// A slot's generation tells a late event of a former owner apart (law L4). Slots are reused, newest
// first. Threads: the worker's only.
#pragma once

#include <cstdint>
#include <vector>

#include "net/selector.h"

namespace grotto {

class Connection;

class Selectable {
 public:
  virtual void on_ready(const ReadyEvent& event) = 0;
  /// Itself, if it is one.
  [[nodiscard]] virtual Connection* as_connection() noexcept { return nullptr; }
  /// on_ready() threw; called with that exception in flight.
  virtual void on_exception() noexcept = 0;

 protected:
  ~Selectable() = default;
};

class SelectableTable {
 public:
  /// Throws std::bad_alloc.
  Token add(Selectable& selectable) {
    if (free_.empty()) {
      if (free_.capacity() <= slots_.size()) {
        free_.reserve(2 * slots_.size() + 8);  // so that remove() never fails
      }
      slots_.push_back({});
      free_.push_back(static_cast<std::uint32_t>(slots_.size() - 1));
    }
    const std::uint32_t slot = free_.back();
    free_.pop_back();
    slots_[slot].selectable = &selectable;
    return {slot, slots_[slot].generation};
  }

  void remove(Token token) noexcept {
    Slot& slot = slots_[token.slot];
    slot.selectable = nullptr;
    ++slot.generation;
    free_.push_back(token.slot);
  }

  /// Calls `visit` for each that is there; those that come meanwhile may be left out.
  template <class Visit>
  void for_each(Visit visit) const {
    for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
      if (slots_[slot].selectable != nullptr) visit(*slots_[slot].selectable);
    }
  }

  /// nullptr if the token's owner is gone.
  [[nodiscard]] Selectable* find(Token token) const noexcept {
    if (token.slot >= slots_.size()) return nullptr;
    const Slot& slot = slots_[token.slot];
    return slot.generation == token.generation ? slot.selectable : nullptr;
  }

 private:
  struct Slot {
    Selectable* selectable = nullptr;
    std::uint32_t generation = 0;
  };
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
};

}  // namespace grotto
