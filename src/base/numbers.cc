#include "base/numbers.h"

#include <charconv>
#include <cstdlib>
#include <string>

namespace grotto {

std::optional<std::uint64_t> parse_whole(std::string_view text) noexcept {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(end - text.size(), end, value);
  if (text.empty() || error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

std::optional<double> parse_decimal(std::string_view text) {
  if (text.empty() || text.size() > 32) return std::nullopt;
  if (text.find_first_not_of("0123456789.") != std::string_view::npos) return std::nullopt;
  const auto point = text.find('.');
  if (point == 0 || point + 1 == text.size()) return std::nullopt;
  if (point != std::string_view::npos && text.find('.', point + 1) != std::string_view::npos) {
    return std::nullopt;
  }
  return std::strtod(std::string(text).c_str(), nullptr);
}

}  // namespace grotto
