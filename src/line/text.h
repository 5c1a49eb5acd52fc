// Text rules: what may reach a terminal or a log, whoever typed it; and how wide it is there.
//
// UTF-8 is decoded first (a C1 byte can be a continuation byte) and bad bytes become U+FFFD; then
// C0 but TAB, DEL, C1, whole escape sequences (CSI, OSC, DCS, …, in 7 and 8 bits) and the
// bidirectional overrides U+202A–202E and U+2066–2069 are dropped. An escape string that does not
// end drops the rest. Threads: pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace grotto {

inline constexpr std::size_t kNoTextBound = static_cast<std::size_t>(-1);

/// `text` by the text rules, at most `bytes_max` bytes, cut between code points (a bad byte grows
/// to three). `text` itself, or a beginning of it, when there is nothing to change (for printable
/// ASCII at eight bytes a step); else `scratch`, which holds the result.
std::string_view clean_text(std::string_view text, std::string& scratch,
                            std::size_t bytes_max = kNoTextBound);

/// True if clean_text() would change nothing.
[[nodiscard]] bool is_clean(std::string_view text) noexcept;

/// A code point that may be shown: neither a control (TAB may), nor a bidirectional override.
[[nodiscard]] bool is_shown(char32_t code_point) noexcept;

/// Columns of a terminal that `text` takes: 2 for wide East Asian characters and emoji, 0 for
/// combining and zero-width ones, 1 for the rest. REQUIRES: text is clean.
[[nodiscard]] std::size_t display_width(std::string_view text) noexcept;
[[nodiscard]] unsigned display_width(char32_t code_point) noexcept;

}  // namespace grotto
