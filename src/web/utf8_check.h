// Utf8Check: whether a text that comes in pieces is UTF-8 (RFC 3629): 3 bytes of state.
// Threads: a value; owned by one.
#pragma once

#include <cstdint>
#include <string_view>

namespace grotto {

class Utf8Check {
 public:
  /// False at the first byte that no valid text has there. A code point may be cut between calls.
  [[nodiscard]] bool take(std::string_view bytes) noexcept;

  /// For an upgrade: what the code point that is cut still needs, as a number.
  [[nodiscard]] std::uint32_t saved() const noexcept {
    return std::uint32_t{missing_} << 16U | std::uint32_t{low_} << 8U | high_;
  }
  void restore(std::uint32_t saved) noexcept {
    missing_ = static_cast<std::uint8_t>(saved >> 16U & 3U);
    low_ = static_cast<std::uint8_t>(saved >> 8U);
    high_ = static_cast<std::uint8_t>(saved);
  }

  /// Whether the text may end here.
  [[nodiscard]] bool is_whole() const noexcept { return missing_ == 0; }

 private:
  [[nodiscard]] bool take_lead(std::uint8_t byte) noexcept;

  std::uint8_t missing_ = 0;  // bytes that the code point still needs
  std::uint8_t low_ = 0x80;   // what the next of them may be
  std::uint8_t high_ = 0xBF;
};

}  // namespace grotto
