#include "base/time_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <iterator>

#include "base/numbers.h"

namespace grotto {

namespace {

std::tm local_time(std::int64_t at_ms) noexcept {
  const std::time_t at = at_ms / 1000;
  std::tm local{};
  localtime_r(&at, &local);
  return local;
}

}  // namespace

std::int64_t wall_clock_ms() noexcept {
  using std::chrono::milliseconds;
  using std::chrono::system_clock;
  return std::chrono::duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

void append_time_of_day(std::int64_t at_ms, std::string& out) {
  const std::tm local = local_time(at_ms);
  fmt::format_to(std::back_inserter(out), "[{:02}:{:02}:{:02}] ", local.tm_hour, local.tm_min,
                 local.tm_sec);
}

void append_utc(std::int64_t at_ms, std::string& out) {
  using std::chrono::days;
  using std::chrono::milliseconds;
  using std::chrono::sys_days;
  using std::chrono::year;
  constexpr milliseconds kFirst = sys_days(year(0) / 1 / 1).time_since_epoch();
  constexpr milliseconds kEnd = sys_days(year(10'000) / 1 / 1).time_since_epoch();
  const milliseconds at = std::clamp(milliseconds(at_ms), kFirst, kEnd - milliseconds(1));
  const days day = std::chrono::floor<days>(at);
  const std::chrono::year_month_day date{sys_days(day)};
  const std::chrono::hh_mm_ss time(at - day);
  fmt::format_to(std::back_inserter(out), "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
                 static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                 static_cast<unsigned>(date.day()), time.hours().count(), time.minutes().count(),
                 time.seconds().count(), time.subseconds().count());
}

std::optional<std::int64_t> parse_utc(std::string_view text) noexcept {
  constexpr std::string_view kForm = "0000-00-00T00:00:00.000Z";
  if (text.size() != kForm.size()) return std::nullopt;
  std::array<unsigned, 7> numbers{};  // from the year to the millisecond
  std::size_t number = 0;
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    if (kForm[i] == '0') {
      if (text[i] < '0' || text[i] > '9') return std::nullopt;
      numbers[number] = numbers[number] * 10 + static_cast<unsigned>(text[i] - '0');
    } else {
      if (text[i] != kForm[i]) return std::nullopt;
      ++number;
    }
  }
  const auto [year, month, day, hour, minute, second, millisecond] = numbers;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)),
                                         std::chrono::month(month), std::chrono::day(day)};
  if (!date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  const std::chrono::milliseconds at = std::chrono::sys_days(date).time_since_epoch() +
                                       std::chrono::hours(hour) + std::chrono::minutes(minute) +
                                       std::chrono::seconds(second) +
                                       std::chrono::milliseconds(millisecond);
  return at.count();
}

std::string date_text(std::int64_t at_ms) {
  const std::tm local = local_time(at_ms);
  return fmt::format("{}-{:02}-{:02} {:02}:{:02}", local.tm_year + 1900, local.tm_mon + 1,
                     local.tm_mday, local.tm_hour, local.tm_min);
}

std::string span_text(std::uint64_t seconds) {
  constexpr std::uint64_t kMinute = 60;
  constexpr std::uint64_t kHour = 60 * kMinute;
  constexpr std::uint64_t kDay = 24 * kHour;
  const auto two = [](std::uint64_t large, char unit, std::uint64_t small, char small_unit) {
    return small == 0 ? fmt::format("{}{}", large, unit)
                      : fmt::format("{}{}{}{}", large, unit, small, small_unit);
  };
  if (seconds < kMinute) return fmt::format("{}s", seconds);
  if (seconds < kHour) return fmt::format("{}m", seconds / kMinute);
  if (seconds < kDay) return two(seconds / kHour, 'h', seconds % kHour / kMinute, 'm');
  return two(seconds / kDay, 'd', seconds % kDay / kHour, 'h');
}

std::optional<std::uint64_t> parse_span(std::string_view text) noexcept {
  constexpr std::string_view kUnits = "dhms";
  constexpr std::array<std::uint64_t, 4> kSeconds = {86'400, 3'600, 60, 1};
  constexpr std::uint64_t kMost = 100ULL * 366 * 86'400;
  std::uint64_t sum = 0;
  std::size_t next_unit = 0;
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    if (digits == text.size()) return std::nullopt;
    const auto number = parse_whole(text.substr(0, digits));
    const std::size_t unit = kUnits.find(text[digits]);
    if (!number || unit == std::string_view::npos || unit < next_unit) return std::nullopt;
    if (*number > kMost) return std::nullopt;
    sum += *number * kSeconds[unit];
    if (sum > kMost) return std::nullopt;
    next_unit = unit + 1;
    text.remove_prefix(digits + 1);
  }
  return sum;
}

std::optional<std::int64_t> parse_moment(std::string_view text, std::int64_t now_ms) {
  constexpr std::int64_t kDayMs = 86'400'000;
  if (const auto span = parse_span(text)) {
    return now_ms - static_cast<std::int64_t>(*span) * 1000;
  }
  std::string typed(text);
  std::replace(typed.begin(), typed.end(), 'T', ' ');
  const std::tm now = local_time(now_ms);
  for (const char* const form :
       {"%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%H:%M:%S", "%H:%M"}) {
    std::tm read{};
    const bool is_clock = form[1] == 'H';
    if (is_clock) {
      read.tm_year = now.tm_year;
      read.tm_mon = now.tm_mon;
      read.tm_mday = now.tm_mday;
    }
    const char* const end = ::strptime(typed.c_str(), form, &read);
    if (end == nullptr || *end != '\0') continue;
    read.tm_isdst = -1;
    const std::time_t at = std::mktime(&read);
    if (at == -1) return std::nullopt;
    const std::int64_t at_ms = std::int64_t{at} * 1000;
    return is_clock && at_ms > now_ms ? at_ms - kDayMs : at_ms;
  }
  return std::nullopt;
}

}  // namespace grotto
