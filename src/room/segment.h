// Segment: a stretch of a room's log that owns the bytes of its lines and their entries.
//
// Capacity is fixed, a line never straddles segments, and what is published never changes, so that
// readers on any thread may use a published line as long as they hold the segment.
// Threads: append() under the lock of the transcript that owns it; reading published lines: any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "room/line_kind.h"

namespace grotto {

/// One line of the log, 24 bytes.
struct Entry {
  std::int64_t at_ms = 0;       // wall clock, since 1970
  std::uint32_t offset = 0;     // of its first byte in the segment
  std::uint32_t bytes = 0;      // with its line end
  AuthorId author = kServer;    //
  std::uint32_t said : 29 = 0;  // said lines of this segment before this one
  std::uint32_t kind_bits : 3 = 0;

  [[nodiscard]] LineKind kind() const noexcept { return static_cast<LineKind>(kind_bits); }
};
static_assert(sizeof(Entry) == 24);
static_assert(static_cast<unsigned>(LineKind::topic) < 8, "a kind has three bits");

/// Where in the whole log something stands.
struct LogPosition {
  LineNumber line = 0;
  std::uint64_t byte = 0;  // bytes of all lines before
  std::uint64_t said = 0;  // said lines before
};

class Segment {
 public:
  static constexpr std::size_t kBytesMin = 2 * 1024;
  static constexpr std::size_t kBytesMax = 64 * 1024;

  /// Room for `bytes_capacity` bytes and one entry per 64 of them. Throws std::bad_alloc.
  Segment(LogPosition start, std::size_t bytes_capacity);

  [[nodiscard]] const LogPosition& start() const noexcept { return start_; }

  /// What still fits; for the writer.
  struct Left {
    std::size_t bytes = 0;
    std::size_t lines = 0;
  };
  [[nodiscard]] Left left() const noexcept {
    return {bytes_capacity_ - bytes_used_, lines_capacity_ - lines_used_};
  }
  [[nodiscard]] bool fits(std::size_t bytes) const noexcept {
    return bytes <= left().bytes && left().lines > 0;
  }
  /// REQUIRES: fits(line.size()).
  void append(std::string_view line, LineKind kind, AuthorId author, std::int64_t at_ms) noexcept;

  /// The position after the last appended line; for the writer.
  [[nodiscard]] LogPosition end() const noexcept;
  [[nodiscard]] std::size_t bytes_capacity() const noexcept { return bytes_capacity_; }
  /// What the segment holds of the heap.
  [[nodiscard]] std::size_t memory_bytes() const noexcept;

  /// REQUIRES: `line` is published and in this segment.
  [[nodiscard]] const Entry& entry(LineNumber line) const noexcept {
    return entries_[line - start_.line];
  }
  [[nodiscard]] const char* data(const Entry& entry) const noexcept {
    return bytes_.get() + entry.offset;
  }

 private:
  const LogPosition start_;
  const std::size_t bytes_capacity_;
  const std::size_t lines_capacity_;
  std::size_t bytes_used_ = 0;
  std::size_t lines_used_ = 0;
  std::uint32_t said_ = 0;
  std::unique_ptr<char[]> bytes_;     // NOLINT(modernize-avoid-c-arrays): left uninitialised
  std::unique_ptr<Entry[]> entries_;  // NOLINT(modernize-avoid-c-arrays)
};

}  // namespace grotto
