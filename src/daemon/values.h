// Values: reads one setting's text. Each parser takes the whole text or nothing: no blanks, no
// signs, no trailing letters.
// Threads: no state; any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grotto {

/// A whole number of bytes, or of `KiB`, `MiB`, `GiB`: "4096", "256MiB".
std::optional<std::uint64_t> parse_bytes(std::string_view text) noexcept;

/// A time in milliseconds: a whole number with `ms`, `s`, `m` or `h`; seconds without; "off" is 0.
std::optional<std::uint64_t> parse_duration_ms(std::string_view text) noexcept;

/// true, yes, on, 1; false, no, off, 0.
std::optional<bool> parse_switch(std::string_view text) noexcept;

/// "HOST:PORT", "[V6]:PORT" with a port up to 65535, or "unix:PATH". Looks nothing up.
bool is_endpoint(std::string_view text) noexcept;
/// `endpoint` with another port; a Unix path stays as it is.
std::string with_port(std::string_view endpoint, std::uint16_t port);

/// Well-formed UTF-8 in one line without controls.
bool is_one_line(std::string_view text) noexcept;
/// The same, of at most 4,000 bytes; PATH_MAX(0p) is 4,096.
bool is_path(std::string_view text) noexcept;

/// The items of a list by comma, blanks around them dropped; an empty text is an empty list.
std::vector<std::string> split_list(std::string_view text);

/// The shortest text that parse_duration_ms() reads back: "60s", "150ms".
std::string duration_text(std::uint64_t milliseconds);

/// `text` as a TOML basic string, quotes included.
std::string toml_string(std::string_view text);
std::string toml_list(const std::vector<std::string>& items);

}  // namespace grotto
