#include "load/result/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "base/escape.h"
#include "base/numbers.h"

namespace grotto::load {

namespace {

struct Unit {
  std::string_view name;
  double size;
};

constexpr std::array<Unit, 7> kDurationsRead{{{"us", 1e3},
                                              {"\u00b5s", 1e3},
                                              {"\u03bcs", 1e3},  // the Greek letter
                                              {"ms", 1e6},
                                              {"s", 1e9},
                                              {"m", 60e9},
                                              {"h", 3600e9}}};
constexpr std::array<Unit, 4> kBytesRead{
    {{"B", 1}, {"KiB", 1024}, {"MiB", 1024.0 * 1024}, {"GiB", 1024.0 * 1024 * 1024}}};

constexpr std::array<Unit, 4> kDurationsWritten{
    {{"ns", 1}, {"\u00b5s", 1e3}, {"ms", 1e6}, {"s", 1e9}}};
constexpr std::array<Unit, 4> kCountsWritten{{{"k", 1e3}, {"M", 1e6}, {"G", 1e9}, {"T", 1e12}}};

template <std::size_t count>
std::optional<double> size_of(const std::array<Unit, count>& units,
                              std::string_view name) noexcept {
  for (const Unit& unit : units) {
    if (unit.name == name) return unit.size;
  }
  return std::nullopt;
}

/// `value` as it will be read: so that 999.7 µs becomes 1.00 ms and not 1000 µs.
double as_read(double value) {
  if (value == 0 || !std::isfinite(value)) return 0;
  const double scale = std::pow(10, 2 - std::floor(std::log10(std::abs(value))));
  return std::round(value * scale) / scale;
}

template <std::size_t count>
std::string in_largest(const std::array<Unit, count>& units, double value) {
  const Unit* fitting = &units.front();
  for (const Unit& unit : units) {
    if (std::abs(as_read(value)) >= unit.size) fitting = &unit;
  }
  return fmt::format("{} {}", three_digits(value / fitting->size), fitting->name);
}

}  // namespace

std::optional<double> ns_in(std::string_view unit) noexcept {
  return size_of(kDurationsRead, unit);
}

std::optional<double> bytes_in(std::string_view unit) noexcept {
  return size_of(kBytesRead, unit);
}

Result<std::uint64_t> parse_duration_ns(std::string_view text) {
  const auto digits = std::min(text.find_first_not_of("0123456789."), text.size());
  const auto number = parse_decimal(text.substr(0, digits));
  const auto unit = digits == text.size() ? ns_in("s") : ns_in(text.substr(digits));
  if (!number || !unit) {
    return Error{fmt::format("\"{}\" is no duration: expected a number and us, ms, s, m or h, such "
                             "as 250us or 1.5s (without a unit: seconds)",
                             escaped(text)),
                 64};
  }
  const double ns = *number * *unit;
  if (ns > kDurationMaxNs) {
    return Error{fmt::format("\"{}\" is too long: a duration is at most {:.0f}h", escaped(text),
                             kDurationMaxNs / 3600e9),
                 64};
  }
  return static_cast<std::uint64_t>(std::llround(ns));
}

std::string three_digits(double value) {
  const double shown = as_read(value);
  if (shown == 0) return "0";
  if (std::abs(shown) >= 1000) {
    return (shown < 0 ? "-" : "") + grouped_text(static_cast<std::uint64_t>(std::abs(shown)));
  }
  const int whole_digits = static_cast<int>(std::floor(std::log10(std::abs(shown)))) + 1;
  return fmt::format("{:.{}f}", shown, 3 - whole_digits);
}

std::string duration_text(double ns) {
  if (as_read(ns) == 0) return "0 s";
  if (as_read(ns) < 1000e9) return in_largest(kDurationsWritten, ns);
  return as_read(ns) < 6000e9 ? three_digits(ns / 60e9) + " min" : three_digits(ns / 3600e9) + " h";
}

std::string grouped_text(std::uint64_t count) {
  std::string text = fmt::format("{}", count);
  for (auto place = text.size(); place > 3;) {
    place -= 3;
    text.insert(place, 1, ' ');
  }
  return text;
}

std::string count_text(double count) {
  if (as_read(count) < 1000 && count != std::floor(count)) return three_digits(count);
  if (std::round(count) < 10'000) {
    return grouped_text(static_cast<std::uint64_t>(std::max(0.0, std::round(count))));
  }
  return in_largest(kCountsWritten, count);
}

std::string bytes_text(double bytes) {
  static constexpr std::array<const char*, 5> kNames{"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t name = 0;
  // Four digits are kept from 1,000 to 1,023: "1 020 KiB" would be a new number.
  const auto is_too_large = [](double value) { return std::round(std::abs(value)) >= 1024; };
  while (is_too_large(bytes) && name + 1 < kNames.size()) {
    bytes /= 1024;
    ++name;
  }
  const bool is_whole = bytes == std::round(bytes) || std::abs(bytes) >= 999.5;
  return fmt::format("{} {}", is_whole ? fmt::format("{:.0f}", bytes) : three_digits(bytes),
                     kNames[name]);
}

std::string share_text(double share) {
  const double percent = share * 100;
  const bool is_whole = std::abs(percent) >= 99.95 || percent == std::round(percent);
  return is_whole ? fmt::format("{:.0f} %", percent) : fmt::format("{:.1f} %", percent);
}

}  // namespace grotto::load
