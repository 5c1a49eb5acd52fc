// Texts in URLs (RFC 3986 section 2.1) and in what forms send (WHATWG URL,
// application/x-www-form-urlencoded). Threads: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace grotto {

/// "a%20b" → "a b". Nothing if a percent sign is not followed by two hexadecimal digits.
[[nodiscard]] std::optional<std::string> percent_decoded(std::string_view text);

/// The first value of `key` in "as=ana&x=1", with + as a blank. Nothing if it is not there or not
/// in order.
[[nodiscard]] std::optional<std::string> query_value(std::string_view query, std::string_view key);

}  // namespace grotto
