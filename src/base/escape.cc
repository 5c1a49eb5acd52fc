#include "base/escape.h"

#include <fmt/format.h>

#include <array>
#include <iterator>

namespace grotto {
namespace {

bool is_between(char32_t c, char32_t first, char32_t last) noexcept {
  return c >= first && c <= last;
}

/// Characters that are not seen, or that change what else is seen.
bool is_treacherous(char32_t c) noexcept {
  return c < 0x20 || is_between(c, 0x7f, 0x9f) || c == 0xad || c == 0x61c || c == 0x180e ||
         is_between(c, 0x200b, 0x200f) || is_between(c, 0x2028, 0x202e) ||
         is_between(c, 0x2060, 0x206f) || c == 0xfeff || is_between(c, 0xfff9, 0xfffb) ||
         is_between(c, 0xe0000, 0xe0fff);
}

}  // namespace

std::size_t utf8_sequence(std::string_view bytes, char32_t& code_point) noexcept {
  if (bytes.empty()) return 0;
  const auto first = static_cast<unsigned char>(bytes[0]);
  if (first < 0x80) {
    code_point = first;
    return 1;
  }
  if (first < 0xc2 || first > 0xf4) return 0;
  const std::size_t length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (bytes.size() < length) return 0;
  char32_t value = first & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(bytes[i]);
    if ((next & 0xc0U) != 0x80) return 0;
    value = value << 6U | (next & 0x3fU);
  }
  constexpr std::array<char32_t, 5> kLeast{0, 0, 0x80, 0x800, 0x10000};
  if (value < kLeast[length] || value > 0x10ffff || is_between(value, 0xd800, 0xdfff)) return 0;
  code_point = value;
  return length;
}

std::string escaped(std::string_view bytes) {
  std::string result;
  result.reserve(bytes.size());
  while (!bytes.empty()) {
    char32_t c = 0;
    const std::size_t length = utf8_sequence(bytes, c);
    if (length == 0) {
      fmt::format_to(std::back_inserter(result), "\\x{:02x}", static_cast<unsigned char>(bytes[0]));
      bytes.remove_prefix(1);
      continue;
    }
    if (c == U'\\') {
      result += "\\\\";
    } else if (is_treacherous(c)) {
      fmt::format_to(std::back_inserter(result), "\\u{{{:x}}}", static_cast<std::uint32_t>(c));
    } else {
      result += bytes.substr(0, length);
    }
    bytes.remove_prefix(length);
  }
  return result;
}

}  // namespace grotto
