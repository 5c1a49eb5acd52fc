// LineParts: a canonical line taken apart again, for forms and filters that need who and what.
// Threads: any.
#pragma once

#include <string_view>

#include "room/line_kind.h"

namespace grotto {

/// Views into the line.
struct LineParts {
  std::string_view from;  // whose line it is; empty for the server's, and where nobody has a name
  std::string_view text;  // what was said or done, or the whole line if nobody said it; no line end
};

/// No name has a blank in it, so that the first `: ` or ` ` ends it.
[[nodiscard]] LineParts parts_of(LineKind kind, std::string_view line) noexcept;

}  // namespace grotto
