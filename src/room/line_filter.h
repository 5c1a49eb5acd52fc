// LineFilter: which lines of others a member does not want to read.
// Threads: one worker's.
#pragma once

#include <string_view>

#include "room/line_kind.h"

namespace grotto {

class Room;

class LineFilter {
 public:
  /// `line`: the canonical one, with its line end. Asked any number of times about a line, and
  /// always gives the same answer while the cursor that asks is in the middle of sending.
  [[nodiscard]] virtual bool hides(const Room* room, AuthorId author, LineKind kind,
                                   std::string_view line) noexcept = 0;

 protected:
  ~LineFilter() = default;
};

}  // namespace grotto
