// Colours of lines for terminals: the name in a colour of its own, what nobody said dim (ECMA-48
// SGR).
// Threads: any.
#pragma once

#include <string>
#include <string_view>

#include "room/line_kind.h"

namespace grotto {

inline constexpr std::string_view kDim = "\x1b[2m";
inline constexpr std::string_view kPlain = "\x1b[0m";

/// Appends the canonical `line` with colours. A name has the same one in every room and on every
/// server; all can be read on dark and on light ground.
void append_colored(LineKind kind, std::string_view line, std::string& out);

/// Appends a name in its colour.
void append_name(std::string_view name, std::string& out);

}  // namespace grotto
