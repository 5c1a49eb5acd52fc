#include "script/date.h"

#include <fmt/format.h>

#include <chrono>

namespace grotto {
namespace {

constexpr std::string_view kForm = "0000-00-00";

unsigned number(std::string_view digits) noexcept {
  unsigned value = 0;
  for (const char digit : digits) value = value * 10 + static_cast<unsigned>(digit - '0');
  return value;
}

}  // namespace

bool looks_like_date(std::string_view text) noexcept {
  if (text.size() != kForm.size()) return false;
  for (std::size_t i = 0; i != kForm.size(); ++i) {
    const bool is_digit = text[i] >= '0' && text[i] <= '9';
    if (kForm[i] == '-' ? text[i] != '-' : !is_digit) return false;
  }
  return true;
}

bool is_date(std::string_view text) noexcept {
  if (!looks_like_date(text)) return false;
  const unsigned year = number(text.substr(0, 4));
  const std::chrono::year_month_day day{std::chrono::year{static_cast<int>(year)},
                                        std::chrono::month{number(text.substr(5, 2))},
                                        std::chrono::day{number(text.substr(8, 2))}};
  return year != 0 && day.ok();
}

std::string date_of(unsigned year, unsigned month, unsigned day) {
  return fmt::format("{:04}-{:02}-{:02}", year, month, day);
}

}  // namespace grotto
