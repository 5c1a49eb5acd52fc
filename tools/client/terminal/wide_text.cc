#include "client/terminal/wide_text.h"

#include <unicode/utf8.h>

#include <cstdint>

namespace grotto::client {

namespace {

/// How many bytes the character has that begins so; 0: none does.
std::size_t length_by(unsigned char first) noexcept {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return 2;
  if (first >= 0xE0 && first <= 0xEF) return 3;
  if (first >= 0xF0 && first <= 0xF4) return 4;
  return 0;
}

UChar32 decode(std::string_view text, std::size_t& at) noexcept {
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  UChar32 code_point = 0;
  U8_NEXT(bytes, at, text.size(), code_point);  // NOLINT: ICU's macro
  return code_point;
}

}  // namespace

std::string to_utf8(std::wstring_view text) {
  std::string out;
  for (const wchar_t wide : text) {
    std::uint32_t c = std::char_traits<wchar_t>::to_int_type(wide);
    if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) c = 0xFFFD;
    std::uint8_t bytes[U8_MAX_LENGTH] = {};  // NOLINT: ICU's macro wants an array
    std::size_t size = 0;
    U8_APPEND_UNSAFE(bytes, size, c);  // NOLINT: ICU's macro
    out.append(reinterpret_cast<const char*>(bytes), size);
  }
  return out;
}

std::wstring to_wide(std::string_view text) {
  std::wstring out;
  for (std::size_t at = 0; at != text.size();) {
    const UChar32 c = decode(text, at);
    out += c < 0 ? L'\xFFFD' : static_cast<wchar_t>(c);
  }
  return out;
}

void Utf8Decoder::feed(std::string_view bytes, std::wstring& out) {
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    if (!partial_.empty() && (value & 0xC0U) != 0x80U) partial_.clear();  // it was cut short
    partial_ += byte;
    const std::size_t length = length_by(static_cast<unsigned char>(partial_[0]));
    if (length == 0) {
      partial_.clear();
    } else if (partial_.size() == length) {
      std::size_t at = 0;
      const UChar32 c = decode(partial_, at);
      if (c >= 0) out += static_cast<wchar_t>(c);
      partial_.clear();
    }
  }
}

}  // namespace grotto::client
