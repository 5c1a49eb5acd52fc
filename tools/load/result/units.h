// Units: reads durations as people write them, and writes durations, counts, bytes and shares as
// people read them. What is written keeps three significant digits. Threads: no state; any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace grotto::load {

/// The longest duration that is taken: a leap year.
inline constexpr double kDurationMaxNs = 366.0 * 24 * 3600 * 1e9;

/// Nanoseconds of "250us", "10ms", "1.5s", "2m", "1h"; without a unit, of seconds. Otherwise a
/// sentence and exit status 64.
Result<std::uint64_t> parse_duration_ns(std::string_view text);

/// How many nanoseconds are in one of us (or µs), ms, s, m, h.
std::optional<double> ns_in(std::string_view unit) noexcept;
/// How many bytes are in one of B, KiB, MiB, GiB.
std::optional<double> bytes_in(std::string_view unit) noexcept;

/// "412 ns", "412 µs", "3.10 ms", "1.20 s", "16.7 min", "2.50 h".
std::string duration_text(double ns);
/// Every digit, in groups of three: "1 234 567".
std::string grouped_text(std::uint64_t count);
/// "0.125", "999", "9 999", from 10,000 on "12.4 k", "12.4 M", "12.4 G", "12.4 T".
std::string count_text(double count);
/// "512 B", "64 KiB", "1.50 MiB"; a sign if negative.
std::string bytes_text(double bytes);
/// 0.994 is "99.4 %".
std::string share_text(double share);
/// Three significant digits without an exponent: "0.0450", "4.50", "450", "45 000".
std::string three_digits(double value);

}  // namespace grotto::load
