// Moments and spans of time as people read them. Threads: any.
#pragma once

#include <cstdint>
#include <string>

namespace grotto {

/// The wall clock, in milliseconds since 1970.
[[nodiscard]] std::int64_t wall_clock_ms() noexcept;

/// Appends `[14:03:22] `, in the server's time zone. `at_ms`: since 1970.
void append_time_of_day(std::int64_t at_ms, std::string& out);

/// `2026-11-21 14:03`, in the server's time zone. `at_ms`: since 1970.
[[nodiscard]] std::string date_text(std::int64_t at_ms);

/// A span in its two largest units: `12s`, `3m`, `2h5m`, `3d4h`.
[[nodiscard]] std::string span_text(std::uint64_t seconds);

}  // namespace grotto
