// Lines to measure with: the same ones in every run. Threads: pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace grotto::micro {

/// Words of printable ASCII, `bytes` long.
inline std::string ascii_text(std::size_t bytes) {
  constexpr std::string_view kWords =
      "what was said in the room by the sea, and who was there to hear it? ";
  std::string text;
  while (text.size() < bytes) text += kWords;
  text.resize(bytes);
  return text;
}

/// Words in Latin with marks, Cyrillic, Hangul and an emoji, at most `bytes` long, cut between
/// code points.
inline std::string mixed_text(std::size_t bytes) {
  constexpr std::string_view kWords = "kaixo, año español, привет всем, 안녕하세요 여러분 🙂 ";
  std::string text;
  while (text.size() < bytes + 4) text += kWords;
  while ((static_cast<std::uint8_t>(text[bytes]) & 0xC0U) == 0x80U) --bytes;
  text.resize(bytes);
  return text;
}

}  // namespace grotto::micro
