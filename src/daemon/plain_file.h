// Plain file: reads a small file that the configuration names.
// Threads: no state; any.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace grotto {

/// Appends the file's bytes to `text`. Returns what was expected if it cannot: a plain file
/// (reading a pipe could hang the start for ever), readable, of at most `bytes_max` bytes.
std::optional<std::string> read_plain_file(const std::string& path, std::size_t bytes_max,
                                           std::string& text);

/// The file's first line: a secret of `least` to `most` bytes, which is shown nowhere. Returns what
/// was expected if it is none.
std::optional<std::string> read_secret_file(const std::string& path, std::string_view what,
                                            std::size_t least, std::size_t most,
                                            std::string& secret);

}  // namespace grotto
