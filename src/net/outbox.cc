#include "net/outbox.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

#include "base/check.h"

namespace grotto {

namespace {
constexpr std::size_t kGrowthMax = 16 * 1024;
}

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

void Outbox::append(std::string_view bytes, std::string_view tail) {
  const std::size_t more = bytes.size() + tail.size();
  if (more == 0) return;
  if (is_empty()) block_.reset(make(more));
  if (block_->capacity - block_->end < more) make_room(more);
  for (const std::string_view part :
       {bytes, tail}) {  // copy() takes an empty part's null pointer, memcpy() does not
    std::copy(part.begin(), part.end(), block_->data() + block_->end);
    block_->end += part.size();
  }
}

void Outbox::make_room(std::size_t more) {
  const std::size_t held = size();
  if (held + more <= block_->capacity && block_->start >= held) {
    std::memcpy(block_->data(), block_->data() + block_->start, held);
  } else {
    // Doubling is for small blocks: thousands of large ones at a time would fragment the heap.
    const std::size_t grown = block_->capacity + std::min(block_->capacity, kGrowthMax);
    std::unique_ptr<Block, Free> larger(make(std::max(grown, held + more)));
    std::memcpy(larger->data(), block_->data() + block_->start, held);
    block_ = std::move(larger);
  }
  block_->start = 0;
  block_->end = held;
}

void Outbox::drop_front(std::size_t bytes) noexcept {
  GROTTO_CHECK(bytes <= size());
  if (bytes == 0) return;
  block_->start += bytes;
  if (block_->start == block_->end) clear();
}

}  // namespace grotto
