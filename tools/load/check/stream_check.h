// StreamCheck: what came of one numbered stream: which lines are missing, came again, or came after
// a later one.
//
// The stream's lines are numbered from 0 and should come in that order. Memory: nothing while they
// do; 8 bytes for each line that is missing, at most kMissingMax of them: beyond that the oldest
// are given up as lost. Threads: owned by one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

namespace grotto::load {

class StreamCheck {
 public:
  static constexpr std::size_t kMissingMax = 65'536;

  enum class Outcome : std::uint8_t {
    in_order,
    after_gap,   // lines before it have not come (yet)
    reordered,   // it was missing: it comes after a later one
    duplicated,  // it had come before
  };

  /// Line `sequence` has come.
  Outcome take(std::uint64_t sequence) {
    if (sequence == next_) [[likely]] {
      ++next_;
      return Outcome::in_order;
    }
    return take_out_of_order(sequence);
  }

  /// Lines below `sequence` are none of its business. REQUIRES: nothing has come.
  void begin_at(std::uint64_t sequence) noexcept { next_ = sequence; }

  /// One past the highest that has come.
  [[nodiscard]] std::uint64_t next() const noexcept { return next_; }
  /// Lines below next() that have not come.
  [[nodiscard]] std::uint64_t missing() const noexcept { return missing_.size() + given_up_; }
  /// Those of them that are still known by number, lowest first.
  [[nodiscard]] const std::deque<std::uint64_t>& missing_lines() const noexcept { return missing_; }

 private:
  Outcome take_out_of_order(std::uint64_t sequence);

  std::uint64_t next_ = 0;
  std::uint64_t given_up_ = 0;
  std::deque<std::uint64_t> missing_;  // rising
};

}  // namespace grotto::load
