#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/numbers.h"
#include "script/answer_kinds.h"

namespace grotto {
namespace {

constexpr std::size_t kDigitsMax = 15;  // so many are exact in a double
constexpr std::string_view kDigits = "0123456789";

bool are_digits(std::string_view text) noexcept {
  return text.find_first_not_of(kDigits) == std::string_view::npos;
}

/// A number's parts, without a sign and the zeros that mean nothing.
struct Parts {
  std::string_view whole;
  std::string_view fraction;
};

std::optional<Parts> split(std::string_view text) {
  const std::size_t point = std::min(text.find('.'), text.size());
  Parts parts{text.substr(0, point), text.substr(std::min(point + 1, text.size()))};
  const bool has_digits = point == text.size() ? !parts.whole.empty() : !parts.fraction.empty();
  if (!has_digits || !are_digits(parts.whole) || !are_digits(parts.fraction)) return std::nullopt;
  parts.whole.remove_prefix(std::min(parts.whole.find_first_not_of('0'), parts.whole.size()));
  while (!parts.fraction.empty() && parts.fraction.back() == '0') parts.fraction.remove_suffix(1);
  return parts;
}

NoAnswer not_a_number(const Ask& ask, std::string_view line) {
  if (line.find(',') != std::string_view::npos &&
      line.find_first_not_of("0123456789+-.,") == std::string_view::npos) {
    return {"Please type the number with a point and no comma, such as 1.5.", "not-a-number"};
  }
  return {fmt::format("Please type {}.", wanted(ask)), "not-a-number"};
}

}  // namespace

std::string number_bounds(const Ask& ask) {
  if (ask.min && ask.max) {
    return fmt::format(" from {} to {}", to_text(*ask.min), to_text(*ask.max));
  }
  if (ask.min) return fmt::format(" of {} or more", to_text(*ask.min));
  if (ask.max) return fmt::format(" of {} or less", to_text(*ask.max));
  return {};
}

Answer read_number(const Ask& ask, std::string_view line) {
  std::string_view text = line;
  const bool is_negative = text.front() == '-';
  if (is_negative || text.front() == '+') text.remove_prefix(1);
  const auto parts = split(text);
  if (!parts) return not_a_number(ask, line);
  if (parts->whole.size() + parts->fraction.size() > kDigitsMax) {
    return NoAnswer{fmt::format("Please type a number of at most {} digits.", kDigitsMax),
                    "not-a-number"};
  }
  double number = parse_decimal(fmt::format("0{}.{}0", parts->whole, parts->fraction)).value_or(0);
  if (is_negative && number != 0) number = -number;
  if (ask.is_whole && number != std::floor(number)) {
    return NoAnswer{fmt::format("Please type {}, without a fraction.", wanted(ask)), "not-whole"};
  }
  if (ask.min && number < *ask.min) {
    return NoAnswer{fmt::format("That is too small. Please type {}.", wanted(ask)), "too-small"};
  }
  if (ask.max && number > *ask.max) {
    return NoAnswer{fmt::format("That is too large. Please type {}.", wanted(ask)), "too-large"};
  }
  return Value{number};
}

}  // namespace grotto
