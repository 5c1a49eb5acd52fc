// Shown text: makes texts fit for a terminal: without what is not seen, in the letters that the
// terminal has, not wider than it is. Threads: pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace grotto::load {

enum class Charset { ascii, utf8 };

/// utf8 if LC_ALL, else LC_CTYPE, else LANG (the first that is set and not empty) says so.
[[nodiscard]] Charset charset_of_environment();

/// `text` with everything written out that is not a visible character of valid UTF-8, as
/// grotto::escaped() does, but backslashes stay: a text that is escaped already does not change.
[[nodiscard]] std::string visible(std::string_view text);

/// `text` in the letters of `charset`: for ascii, µ becomes u, … becomes "..", other letters "?".
[[nodiscard]] std::string in_charset(std::string text, Charset charset);

/// `text` if it takes at most `columns`; else its beginning and a mark that it goes on ("…" or
/// ".."), together at most `columns`. REQUIRES: text is visible() and in_charset().
[[nodiscard]] std::string cut_to(std::string_view text, std::size_t columns, Charset charset);

}  // namespace grotto::load
