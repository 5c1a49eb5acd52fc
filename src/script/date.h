// Date: a day of the calendar, as `2026-01-31` (ISO 8601). Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

namespace grotto {

/// Four digits, `-`, two digits, `-`, two digits: it may still be no day that there is.
[[nodiscard]] bool looks_like_date(std::string_view text) noexcept;

/// A day that there is, in the years 1 to 9999. Two dates compare like their texts.
[[nodiscard]] bool is_date(std::string_view text) noexcept;

/// REQUIRES: a year of 0 to 9999, and two digits for the others.
[[nodiscard]] std::string date_of(unsigned year, unsigned month, unsigned day);

}  // namespace grotto
