// SourceMap: from offsets to places in a TOML file, also through the escapes of its texts.
// Threads: immutable; any.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "script/fault.h"

namespace grotto {

class SourceMap {
 public:
  /// `text` outlives it. A byte order mark does not count, as in toml++.
  explicit SourceMap(std::string_view text);

  [[nodiscard]] std::string_view text() const noexcept { return text_; }

  [[nodiscard]] Place place_at(std::size_t offset) const;

  /// Where the byte `offset` of a text's value stands. `begin`: of the text, at its quote; `value`:
  /// what it means. At the value's size: its closing quote. `begin` itself if the file says
  /// something else than `value` there.
  [[nodiscard]] Place inside(Place begin, std::string_view value, std::size_t offset) const;

 private:
  [[nodiscard]] std::size_t offset_of(Place place) const;

  struct Known {
    std::size_t offset;
    Place place;
  };

  std::string_view text_;
  std::vector<Known>
      known_;  // where each line begins, and places in long lines: the rest is counted
};

}  // namespace grotto
