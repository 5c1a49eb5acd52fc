#include "load/view/shown_text.h"

#include <algorithm>
#include <cstdlib>

#include "base/escape.h"
#include "line/text.h"

namespace grotto::load {

Charset charset_of_environment() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* const value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    std::string lower(value);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    const bool is_utf8 =
        lower.find("utf-8") != std::string::npos || lower.find("utf8") != std::string::npos;
    return is_utf8 ? Charset::utf8 : Charset::ascii;
  }
  return Charset::ascii;
}

std::string visible(std::string_view text) {
  std::string result;
  for (;;) {
    const std::size_t backslash = text.find('\\');
    result += escaped(text.substr(0, backslash));
    if (backslash == std::string_view::npos) return result;
    result += '\\';
    text.remove_prefix(backslash + 1);
  }
}

std::string in_charset(std::string text, Charset charset) {
  if (charset == Charset::utf8) return text;
  std::string result;
  for (std::string_view rest = text; !rest.empty();) {
    char32_t letter = 0;
    const std::size_t bytes = std::max<std::size_t>(utf8_sequence(rest, letter), 1);
    if (bytes == 1) {
      result += static_cast<unsigned char>(rest[0]) < 0x80 ? rest[0] : '?';
    } else if (letter == U'\u00b5') {
      result += 'u';
    } else if (letter == U'\u2026') {
      result += "..";
    } else {
      result += '?';
    }
    rest.remove_prefix(bytes);
  }
  return result;
}

std::string cut_to(std::string_view text, std::size_t columns, Charset charset) {
  if (display_width(text) <= columns) return std::string(text);
  const std::string_view mark = charset == Charset::utf8 ? "\u2026" : "..";
  const std::size_t mark_columns = charset == Charset::utf8 ? 1 : 2;
  if (columns < mark_columns) return std::string(columns, '.');
  std::size_t kept = 0;
  for (std::size_t used = 0; kept < text.size();) {
    char32_t letter = 0;
    const std::size_t bytes = std::max<std::size_t>(utf8_sequence(text.substr(kept), letter), 1);
    used += display_width(letter);
    if (used > columns - mark_columns) break;
    kept += bytes;
  }
  return std::string(text.substr(0, kept)) + std::string(mark);
}

}  // namespace grotto::load
