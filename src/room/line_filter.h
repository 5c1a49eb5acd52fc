// LineFilter: which lines of others a member does not want to read.
// Threads: one worker's.
#pragma once

#include <string_view>

#include "room/line_kind.h"

namespace grotto {

class LineFilter {
 public:
  /// `line`: the canonical one, with its line end. Asked any number of times about a line.
  [[nodiscard]] virtual bool hides(LineKind kind, std::string_view line) noexcept = 0;

 protected:
  ~LineFilter() = default;
};

}  // namespace grotto
