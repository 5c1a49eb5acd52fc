// Numbers: reads a number's text. Each parser takes the whole text or nothing: no blanks, no signs,
// no exponents, no trailing letters. Threads: no state; any.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace grotto {

/// Decimal digits only, at most 2^64 - 1.
std::optional<std::uint64_t> parse_whole(std::string_view text) noexcept;

/// Digits with at most one point between them: "5", "0.5"; at most 32 characters.
std::optional<double> parse_decimal(std::string_view text);

}  // namespace grotto
