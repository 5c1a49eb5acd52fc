// LineSizes: how long the lines of a run are, with their ends: one size, a range, or weighted ones.
// Threads: a value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace grotto::load {

/// Sizes of lines, with their ends: "64", "32-512", "64:90,1024:10" (size:weight). Which line has
/// which size depends on its number only.
class LineSizes {
 public:
  static constexpr std::size_t kLeast = 32;
  static constexpr std::size_t kMost = 65'536;

  /// Errors: a sentence and exit status 64.
  static Result<LineSizes> parse(std::string_view text);
  [[nodiscard]] std::size_t of_line(std::uint32_t sender, std::uint64_t sequence) const noexcept;
  [[nodiscard]] std::size_t most() const noexcept;

 private:
  struct Choice {
    std::size_t from;
    std::size_t to;
    std::uint64_t weight_below;  // the sum of the weights up to and with this one
  };
  std::vector<Choice> choices_;
};

}  // namespace grotto::load
