// Plain file: reads a small file that the configuration names.
// Threads: no state; any.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace grotto {

/// Appends the file's bytes to `text`. Returns what was expected if it cannot: a plain file
/// (reading a pipe could hang the start for ever), readable, of at most `bytes_max` bytes.
std::optional<std::string> read_plain_file(const std::string& path, std::size_t bytes_max,
                                           std::string& text);

}  // namespace grotto
