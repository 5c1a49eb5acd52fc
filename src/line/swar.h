// swar.h: looking at eight bytes at once, in one register, for bytes that end the fast path.
//
// Portable: a hit is always confirmed byte by byte, so the order of bytes in a word does not
// matter. Threads: pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace grotto {

inline constexpr std::uint64_t kEveryByte = 0x0101010101010101ULL;
inline constexpr std::uint64_t kHighBits = 0x8080808080808080ULL;

inline std::uint64_t load_word(const char* bytes) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

/// True if some byte of `word` is below `bound` (≤ 0x80). Never wrong about all of them together.
constexpr bool has_byte_below(std::uint64_t word, std::uint8_t bound) noexcept {
  return ((word - kEveryByte * bound) & ~word & kHighBits) != 0;
}

/// True if every byte of `word` is printable ASCII, 0x20 to 0x7E.
constexpr bool is_printable_ascii(std::uint64_t word) noexcept {
  return (((word - kEveryByte * 0x20U) | (word + kEveryByte) | word) & kHighBits) == 0;
}

}  // namespace grotto
