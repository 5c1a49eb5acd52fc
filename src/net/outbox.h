// Outbox: the private bytes of a connection that the kernel has not taken yet. 8 bytes and no heap
// while it is empty. Threads: its connection's.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace grotto {

class Outbox {
 public:
  Outbox() = default;

  /// What outboxes of this thread share is there from now on: at its first use glibc would end the
  /// process if it had no memory for it.
  static void prepare_thread() noexcept;

  [[nodiscard]] bool is_empty() const noexcept { return block_ == nullptr; }
  [[nodiscard]] std::size_t size() const noexcept;
  /// All bytes, in order. Valid until the next change.
  [[nodiscard]] std::string_view front() const noexcept;

  /// Adds `bytes` and `tail` at the end. Throws std::bad_alloc and has then changed nothing.
  void append(std::string_view bytes, std::string_view tail = {});
  /// REQUIRES: bytes <= size().
  void drop_front(std::size_t bytes) noexcept;
  void clear() noexcept { block_.reset(); }

 private:
  struct Block {
    std::size_t capacity;
    std::size_t start;
    std::size_t end;
    [[nodiscard]] char* data() noexcept { return reinterpret_cast<char*>(this + 1); }
  };
  struct Free {
    void operator()(Block* block) const noexcept;
  };
  static Block* make(std::size_t capacity);
  void make_room(std::size_t more);

  std::unique_ptr<Block, Free> block_;
};

}  // namespace grotto
