#include "room/segment.h"

#include <cstring>

#include "base/check.h"

namespace grotto {

namespace {
constexpr std::size_t kBytesPerEntry = 64;
}

Segment::Segment(LogPosition start, std::size_t bytes_capacity)
    : start_(start),
      bytes_capacity_(bytes_capacity),
      lines_capacity_(bytes_capacity / kBytesPerEntry + 1),
      bytes_(new char[bytes_capacity]),
      entries_(new Entry[lines_capacity_]) {}

void Segment::append(std::string_view line, LineKind kind, AuthorId author,
                     std::int64_t at_ms) noexcept {
  GROTTO_CHECK(fits(line.size()));
  std::memcpy(bytes_.get() + bytes_used_, line.data(), line.size());
  Entry& entry = entries_[lines_used_];
  entry.at_ms = at_ms;
  entry.offset = static_cast<std::uint32_t>(bytes_used_);
  entry.bytes = static_cast<std::uint32_t>(line.size());
  entry.author = author;
  entry.said = said_ & 0x1FFFFFFFU;
  entry.kind_bits = static_cast<std::uint32_t>(kind) & 7U;
  bytes_used_ += line.size();
  ++lines_used_;
  said_ += is_said(kind) ? 1U : 0U;
}

LogPosition Segment::end() const noexcept {
  return {start_.line + lines_used_, start_.byte + bytes_used_, start_.said + said_};
}

std::size_t Segment::memory_bytes() const noexcept {
  return sizeof(Segment) + bytes_capacity_ + lines_capacity_ * sizeof(Entry);
}

}  // namespace grotto
