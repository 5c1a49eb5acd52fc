#include "daemon/values.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstdlib>
#include <iterator>
#include <limits>
#include <utility>

#include "base/escape.h"
#include "base/numbers.h"

namespace grotto {
namespace {

struct Unit {
  std::string_view suffix;
  std::uint64_t factor;
};

/// `text` is a whole number followed by one of `units`.
template <std::size_t count>
std::optional<std::uint64_t> parse_with_unit(std::string_view text,
                                             const std::array<Unit, count>& units) noexcept {
  const auto digits_end = text.find_first_not_of("0123456789");
  const std::string_view suffix =
      digits_end == std::string_view::npos ? std::string_view{} : text.substr(digits_end);
  const auto number = parse_whole(text.substr(0, digits_end));
  if (!number) return std::nullopt;
  for (const Unit& unit : units) {
    if (unit.suffix != suffix) continue;
    if (*number > std::numeric_limits<std::uint64_t>::max() / unit.factor) return std::nullopt;
    return *number * unit.factor;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::uint64_t> parse_bytes(std::string_view text) noexcept {
  static constexpr std::array<Unit, 5> kUnits{
      {{"", 1}, {"B", 1}, {"KiB", 1U << 10U}, {"MiB", 1U << 20U}, {"GiB", 1U << 30U}}};
  return parse_with_unit(text, kUnits);
}

std::optional<std::uint64_t> parse_duration_ms(std::string_view text) noexcept {
  if (text == "off") return 0;
  static constexpr std::array<Unit, 5> kUnits{
      {{"", 1'000}, {"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}}};
  return parse_with_unit(text, kUnits);
}

std::optional<bool> parse_switch(std::string_view text) noexcept {
  for (const std::string_view word : {"true", "yes", "on", "1"}) {
    if (text == word) return true;
  }
  for (const std::string_view word : {"false", "no", "off", "0"}) {
    if (text == word) return false;
  }
  return std::nullopt;
}

bool is_endpoint(std::string_view text) noexcept {
  if (!is_one_line(text)) return false;
  if (text.starts_with("unix:")) return text.size() > 5;
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const auto port = parse_whole(text.substr(colon + 1));
  if (!port || *port > 65'535) return false;
  const std::string_view host = text.substr(0, colon);
  if (host.starts_with('[')) return host.size() > 2 && host.ends_with(']');
  return host.find_first_of(":[] \t") == std::string_view::npos;
}

std::string with_port(std::string_view endpoint, std::uint16_t port) {
  if (endpoint.starts_with("unix:")) return std::string(endpoint);
  return fmt::format("{}:{}", endpoint.substr(0, endpoint.rfind(':')), port);
}

bool is_one_line(std::string_view text) noexcept {
  while (!text.empty()) {
    char32_t c = 0;
    const std::size_t length = utf8_sequence(text, c);
    if (length == 0 || c < 0x20 || (c >= 0x7f && c <= 0x9f)) return false;
    text.remove_prefix(length);
  }
  return true;
}

bool is_path(std::string_view text) noexcept {
  constexpr std::size_t kPathBytesMax = 4'000;
  return text.size() <= kPathBytesMax && is_one_line(text);
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> items;
  if (text.empty()) return items;
  for (std::size_t begin = 0;;) {
    const auto comma = text.find(',', begin);
    std::string_view item = text.substr(begin, comma - begin);
    while (item.starts_with(' ')) item.remove_prefix(1);
    while (item.ends_with(' ')) item.remove_suffix(1);
    items.emplace_back(item);
    if (comma == std::string_view::npos) return items;
    begin = comma + 1;
  }
}

std::string duration_text(std::uint64_t milliseconds) {
  if (milliseconds % 1'000 != 0) return fmt::format("{}ms", milliseconds);
  return fmt::format("{}s", milliseconds / 1'000);
}

std::string toml_string(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      fmt::format_to(std::back_inserter(result), "\\u{:04X}", static_cast<unsigned>(c));
    } else {
      result += c;
    }
  }
  return result + '"';
}

std::string toml_list(const std::vector<std::string>& items) {
  std::string result = "[";
  for (const std::string& item : items) {
    if (result.size() > 1) result += ", ";
    result += toml_string(item);
  }
  return result + "]";
}

}  // namespace grotto
