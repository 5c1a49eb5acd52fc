// Escape: turns any bytes into text that a terminal, a log and a person can take.
// Threads: no state; any.
#pragma once

#include <string>
#include <string_view>

namespace grotto {

/// `bytes` with everything written out that is not a visible character of valid UTF-8: an
/// ill-formed byte as `\xNN`; controls (C0, DEL, C1), line separators, zero width and directional
/// marks as `\u{NN}`; a backslash as `\\`.
std::string escaped(std::string_view bytes);

/// The length of the well-formed UTF-8 sequence that `bytes` begins with (1 … 4), or 0.
/// `code_point` is set only if there is one. Follows table 3-7 of the Unicode standard.
std::size_t utf8_sequence(std::string_view bytes, char32_t& code_point) noexcept;

}  // namespace grotto
