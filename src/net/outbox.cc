#include "net/outbox.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

#include "base/check.h"

namespace grotto {

void Outbox::Free::operator()(Block* block) const noexcept {
  std::free(block);
}

Outbox::Block* Outbox::make(std::size_t capacity) {
  void* const memory = std::malloc(sizeof(Block) + capacity);
  if (memory == nullptr) throw std::bad_alloc();
  return new (memory) Block{capacity, 0, 0};
}

std::size_t Outbox::size() const noexcept {
  return is_empty() ? 0 : block_->end - block_->start;
}

std::string_view Outbox::front() const noexcept {
  if (is_empty()) return {};
  return {block_->data() + block_->start, size()};
}

void Outbox::append(std::string_view bytes) {
  if (bytes.empty()) return;
  if (is_empty()) block_.reset(make(bytes.size()));
  if (block_->capacity - block_->end < bytes.size()) {
    const std::size_t held = size();
    const std::size_t wanted = held + bytes.size();
    if (wanted <= block_->capacity && block_->start >= held) {
      std::memcpy(block_->data(), block_->data() + block_->start, held);
    } else {
      std::unique_ptr<Block, Free> larger(make(std::max(2 * block_->capacity, wanted)));
      std::memcpy(larger->data(), block_->data() + block_->start, held);
      block_ = std::move(larger);
    }
    block_->start = 0;
    block_->end = held;
  }
  std::memcpy(block_->data() + block_->end, bytes.data(), bytes.size());
  block_->end += bytes.size();
}

void Outbox::drop_front(std::size_t bytes) noexcept {
  GROTTO_CHECK(bytes <= size());
  if (bytes == 0) return;
  block_->start += bytes;
  if (block_->start == block_->end) clear();
}

}  // namespace grotto
