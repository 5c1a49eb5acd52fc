#include "base/time_text.h"

#include <fmt/format.h>

#include <chrono>
#include <ctime>
#include <iterator>

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

}  // namespace grotto
