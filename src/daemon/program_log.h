// ProgramLog: the standard error of a program that we run, as lines of the log: cleaned, cut to
// length, thinned out.
//
// Beyond 20 lines at once and then 5 a second, lines are dropped; how many is told with the next.
// Threads: owned by one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/token_bucket.h"

namespace grotto {

class ProgramLog {
 public:
  static constexpr std::size_t kLineBytesMax = 1'000;  // what is longer goes on in the next line
  static constexpr double kLinesPerSecond = 5;
  static constexpr double kBurstLines = 20;

  /// `kind`: `bot` or `program`, as the log calls it; `name`: which one.
  ProgramLog(std::string kind, std::string name) : kind_(std::move(kind)), name_(std::move(name)) {}

  /// Some bytes, cut anywhere. If there is no memory for them they are dropped.
  void take(std::string_view bytes, std::uint64_t now_ms) noexcept;
  /// The program has ended: its last line counts without an end, and what was dropped is told.
  void flush(std::uint64_t now_ms) noexcept;

 private:
  void end_line(std::uint64_t now_ms);
  void tell_dropped();

  const std::string kind_, name_;
  std::string line_;
  TokenBucket lines_;
  std::uint64_t dropped_ = 0;
};

}  // namespace grotto
