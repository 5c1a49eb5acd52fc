// Moments and spans of time as people read them. Threads: any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace grotto {

/// The wall clock, in milliseconds since 1970.
[[nodiscard]] std::int64_t wall_clock_ms() noexcept;

/// Appends `[14:03:22] `, in the server's time zone. `at_ms`: since 1970.
void append_time_of_day(std::int64_t at_ms, std::string& out);

/// Appends `2026-01-31T10:00:00.123Z` (RFC 3339). `at_ms`: since 1970; what is before the year 0 or
/// after 9999 becomes its first or last moment.
void append_utc(std::int64_t at_ms, std::string& out);

/// What append_utc() writes, in milliseconds since 1970; nothing else is taken.
[[nodiscard]] std::optional<std::int64_t> parse_utc(std::string_view text) noexcept;

/// `2026-11-21 14:03`, in the server's time zone. `at_ms`: since 1970.
[[nodiscard]] std::string date_text(std::int64_t at_ms);

/// A span in its two largest units: `12s`, `3m`, `2h5m`, `3d4h`.
[[nodiscard]] std::string span_text(std::uint64_t seconds);

/// A span as people type it: `90s`, `5m`, `1h30m`, `2d`, the larger units first; in seconds, at
/// most 100 years.
[[nodiscard]] std::optional<std::uint64_t> parse_span(std::string_view text) noexcept;

/// A moment in the server's time zone, in milliseconds since 1970: `14:30`, the last one before
/// `now_ms`; `2026-11-21`, `2026-11-21 14:30` (or with a T, or with seconds); or a span, so long
/// ago.
[[nodiscard]] std::optional<std::int64_t> parse_moment(std::string_view text, std::int64_t now_ms);

}  // namespace grotto
