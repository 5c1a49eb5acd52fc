#include "net/outbox.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <new>

#include "base/check.h"

namespace grotto {

namespace {

constexpr std::size_t kGrowthMax = 16 * 1024;

// What malloc(3) hands out of a thread's own cache (glibc: up to 1,032 bytes) it does better.
constexpr std::size_t kSmallBytes = 1024;

/// Blocks that replies of a few lines come and go with: a tick's worth of them is kept by each
/// thread, at most 512 KiB.
class SpareBlocks {
 public:
  static constexpr std::size_t kBlockBytes = 2048;
  static constexpr std::size_t kBlocksMax = 256;

  SpareBlocks() = default;
  SpareBlocks(const SpareBlocks&) = delete;
  SpareBlocks& operator=(const SpareBlocks&) = delete;
  ~SpareBlocks() {
    while (count_ > 0) std::free(blocks_[--count_]);
  }

  [[nodiscard]] void* take() noexcept {
    return count_ > 0 ? blocks_[--count_] : std::malloc(kBlockBytes);
  }
  void give(void* block) noexcept {
    if (count_ == kBlocksMax) return std::free(block);
    blocks_[count_++] = block;
  }

 private:
  std::size_t count_ = 0;
  std::array<void*, kBlocksMax> blocks_;  // the first count_ are set
};

thread_local SpareBlocks spare_blocks;

}  // namespace

void Outbox::prepare_thread() noexcept {
  void* const block = spare_blocks.take();
  if (block != nullptr) spare_blocks.give(block);
}

void Outbox::Free::operator()(Block* block) const noexcept {
  if (sizeof(Block) + block->capacity == SpareBlocks::kBlockBytes) {
    spare_blocks.give(block);
  } else {
    std::free(block);
  }
}

Outbox::Block* Outbox::make(std::size_t capacity) {
  std::size_t bytes = sizeof(Block) + capacity;
  const bool is_spare = bytes > kSmallBytes && bytes <= SpareBlocks::kBlockBytes;
  if (is_spare) bytes = SpareBlocks::kBlockBytes;
  void* const memory = is_spare ? spare_blocks.take() : std::malloc(bytes);
  if (memory == nullptr) throw std::bad_alloc();
  return new (memory) Block{bytes - sizeof(Block), 0, 0};
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
