#include "web/request.h"

#include <algorithm>

#include "web/hex_value.h"
#include "web/utf8_check.h"

namespace grotto {

namespace {

char lower(char letter) noexcept {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

std::string_view trim(std::string_view text) noexcept {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

}  // namespace

std::string lower_case(std::string_view text) {
  std::string made(text);
  std::transform(made.begin(), made.end(), made.begin(), lower);
  return made;
}

bool equals_in_any_case(std::string_view one, std::string_view other) noexcept {
  return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                    [](char a, char b) { return lower(a) == lower(b); });
}

std::optional<std::string_view> Request::field(std::string_view name) const noexcept {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const HttpField& each) { return each.name == name; });
  if (found == fields.end()) return std::nullopt;
  return found->value;
}

std::size_t Request::count(std::string_view name) const noexcept {
  return static_cast<std::size_t>(std::count_if(
      fields.begin(), fields.end(), [&](const HttpField& each) { return each.name == name; }));
}

bool Request::has_token(std::string_view name, std::string_view token) const noexcept {
  for (const HttpField& each : fields) {
    if (each.name != name) continue;
    std::string_view list = each.value;
    while (!list.empty()) {
      const std::size_t comma = list.find(',');
      if (equals_in_any_case(trim(list.substr(0, comma)), token)) return true;
      list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
    }
  }
  return false;
}

std::optional<std::string> decode_percent(std::string_view text) {
  std::string made;
  made.reserve(text.size());
  for (std::size_t i = 0; i != text.size(); ++i) {
    char byte = text[i];
    if (byte == '%') {
      if (text.size() - i < 3) return std::nullopt;
      const int high = hex_value(text[i + 1]);
      const int low = hex_value(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      byte = static_cast<char>(high * 16 + low);
      i += 2;
    }
    if (static_cast<unsigned char>(byte) < 0x20 || byte == '\x7F') return std::nullopt;
    made += byte;
  }
  Utf8Check check;
  if (!check.take(made) || !check.is_whole()) return std::nullopt;
  return made;
}

}  // namespace grotto
