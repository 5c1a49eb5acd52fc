// LineForm: the wire forms of a line. Plain is canonical; the others are rendered from it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace grotto {

/// How a person wants to read lines.
struct Look {
  bool is_timed = false;    // `[14:03:22] luzmi: kaixo`
  bool is_colored = false;  // names, and what nobody said, in colours of the terminal (ECMA-48 SGR)
  bool is_json = false;     // a JSON object per line, in which neither time nor colour shows
};

/// A look, and whether the room is in focus: `[cave] luzmi: kaixo` if it is not.
class LineForm {
 public:
  constexpr LineForm() noexcept = default;
  constexpr LineForm(Look look, bool is_tagged) noexcept
      : bits_(static_cast<std::uint8_t>((look.is_timed ? kTimed : 0U) |
                                        (look.is_colored ? kColored : 0U) |
                                        (look.is_json ? kJson : 0U) | (is_tagged ? kTagged : 0U))) {
  }

  [[nodiscard]] constexpr bool is_plain() const noexcept { return bits_ == 0; }
  [[nodiscard]] constexpr bool is_tagged() const noexcept { return (bits_ & kTagged) != 0; }
  [[nodiscard]] constexpr bool is_json() const noexcept { return (bits_ & kJson) != 0; }
  [[nodiscard]] constexpr Look look() const noexcept {
    return {(bits_ & kTimed) != 0, (bits_ & kColored) != 0, is_json()};
  }

  /// A number below kLineForms, the same for forms whose lines look alike: all JSON is one.
  [[nodiscard]] constexpr std::size_t index() const noexcept { return is_json() ? kJson : bits_; }

 private:
  static constexpr unsigned kTimed = 1;
  static constexpr unsigned kTagged = 2;
  static constexpr unsigned kColored = 4;
  static constexpr unsigned kJson = 8;
  std::uint8_t bits_ = 0;
};
inline constexpr std::size_t kLineForms = 9;

}  // namespace grotto
