#include "line/text.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>

#include "line/swar.h"

namespace grotto {
namespace {

constexpr char32_t kEscapeCharacter = 0x1B;
constexpr char32_t kBell = 0x07;
constexpr char32_t kStringTerminator = 0x9C;
constexpr UChar32 kBad = -1;
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

// One code point, or kBad for a byte sequence that is none (its longest well-formed beginning, as
// Unicode advises). Moves `at` behind it. REQUIRES: at < text.size().
UChar32 decode(std::string_view text, std::size_t& at) noexcept {
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  UChar32 code_point = 0;
  U8_NEXT(bytes, at, text.size(), code_point);  // NOLINT: ICU's macro
  return code_point;
}

bool is_between(UChar32 c, UChar32 first, UChar32 last) noexcept {
  return first <= c && c <= last;
}

bool is_shown_ascii(unsigned char byte) noexcept {
  return (byte >= 0x20 && byte < 0x7F) || byte == '\t';
}

// Where the first byte stands that the rules change, or text.size().
std::size_t find_unclean(std::string_view text) noexcept {
  std::size_t at = 0;
  while (at != text.size()) {
    while (text.size() - at >= 8 && is_printable_ascii(load_word(text.data() + at))) at += 8;
    for (std::size_t step = 0; step != 8 && at != text.size(); ++step) {
      if (is_shown_ascii(static_cast<unsigned char>(text[at]))) {
        ++at;
        continue;
      }
      const std::size_t start = at;
      const UChar32 code_point = decode(text, at);
      if (code_point == kBad || !is_shown(static_cast<char32_t>(code_point))) return start;
    }
  }
  return at;
}

// `bytes_max` or less, so that no code point is cut. REQUIRES: valid UTF-8 up to there.
std::size_t cut_between_code_points(std::string_view text, std::size_t bytes_max) noexcept {
  if (text.size() <= bytes_max) return text.size();
  std::size_t size = bytes_max;
  while (size != 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
  return size;
}

// ECMA-48: parameters and intermediates, then one final byte. Anything else ends it and is kept.
void skip_control_sequence(std::string_view text, std::size_t& at) noexcept {
  while (at != text.size() && is_between(text[at], 0x20, 0x3F)) ++at;
  if (at != text.size() && is_between(text[at], 0x40, 0x7E)) ++at;
}

// OSC, DCS, SOS, PM, APC: all up to BEL or ST, or to the end of the line.
void skip_control_string(std::string_view text, std::size_t& at) noexcept {
  bool is_after_escape = false;
  while (at != text.size()) {
    const UChar32 c = decode(text, at);
    if (c == UChar32{kBell} || c == UChar32{kStringTerminator} || (is_after_escape && c == '\\')) {
      return;
    }
    is_after_escape = c == UChar32{kEscapeCharacter};
  }
}

// Behind ESC.
void skip_escape(std::string_view text, std::size_t& at) noexcept {
  if (at == text.size()) return;
  const char kind = text[at];
  if (kind == '[') {
    skip_control_sequence(text, ++at);
    return;
  }
  if (std::string_view{"]PX^_"}.find(kind) != std::string_view::npos) {
    skip_control_string(text, ++at);
    return;
  }
  if (kind == 'N' || kind == 'O') {  // single shift: one character more (function keys)
    ++at;
    if (at != text.size() && is_between(text[at], 0x20, 0x7E)) ++at;
    return;
  }
  while (at != text.size() && is_between(text[at], 0x20, 0x2F)) ++at;
  if (at != text.size() && is_between(text[at], 0x30, 0x7E)) ++at;
}

// Behind a code point that is not shown: skips what belongs to it.
void skip_sequence(UChar32 introducer, std::string_view text, std::size_t& at) noexcept {
  switch (introducer) {
    case 0x1B: skip_escape(text, at); break;
    case 0x9B: skip_control_sequence(text, at); break;
    case 0x90:
    case 0x98:
    case 0x9D:
    case 0x9E:
    case 0x9F: skip_control_string(text, at); break;
    default: break;  // a control that stands alone
  }
}

}  // namespace

bool is_shown(char32_t code_point) noexcept {
  const auto c = static_cast<UChar32>(code_point);
  if (c < 0x20) return c == '\t';
  return !is_between(c, 0x7F, 0x9F) && !is_between(c, 0x202A, 0x202E) &&
         !is_between(c, 0x2066, 0x2069);
}

std::string_view clean_text(std::string_view text, std::string& scratch, std::size_t bytes_max) {
  std::size_t at = find_unclean(text);
  if (at == text.size() || at > bytes_max) {
    return text.substr(0, cut_between_code_points(text.substr(0, at), bytes_max));
  }
  scratch.assign(text.substr(0, at));
  while (at != text.size()) {
    const std::size_t start = at;
    const UChar32 code_point = decode(text, at);
    std::string_view shown = text.substr(start, at - start);
    if (code_point == kBad) {
      shown = kReplacement;
    } else if (!is_shown(static_cast<char32_t>(code_point))) {
      skip_sequence(code_point, text, at);
      continue;
    }
    if (scratch.size() + shown.size() > bytes_max) break;
    scratch += shown;
  }
  return scratch;
}

bool is_clean(std::string_view text) noexcept {
  return find_unclean(text) == text.size();
}

unsigned display_width(char32_t code_point) noexcept {
  const auto c = static_cast<UChar32>(code_point);
  if (c < 0x300) return c == 0xAD ? 0 : 1;      // the soft hyphen
  if (is_between(c, 0x1160, 0x11FF)) return 0;  // Hangul vowels and finals join the letter before
  constexpr std::uint32_t kZeroWidth = U_GC_MN_MASK | U_GC_ME_MASK | U_GC_CF_MASK;
  if ((U_GET_GC_MASK(c) & kZeroWidth) != 0) return 0;
  const int width = u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH);
  return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

std::size_t display_width(std::string_view text) noexcept {
  std::size_t width = 0;
  for (std::size_t at = 0; at != text.size();) {
    if (text.size() - at >= 8 && is_printable_ascii(load_word(text.data() + at))) {
      at += 8;
      width += 8;
      continue;
    }
    width += display_width(static_cast<char32_t>(decode(text, at)));
  }
  return width;
}

}  // namespace grotto
