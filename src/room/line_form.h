// LineForm: the wire forms of a line. Plain is canonical; the others are rendered from it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "grotto/framing.h"

namespace grotto {

/// How a person wants to read lines.
struct Look {
  bool is_timed = false;    // `[14:03:22] luzmi: kaixo`
  bool is_colored = false;  // names, and what nobody said, in colours of the terminal (ECMA-48 SGR)
  bool is_json = false;     // a JSON object per line, in which neither time nor colour shows
  Framing framing = Framing::lines;  // but for plain lines always with is_json
};

/// A look, and whether the room is in focus: `[cave] luzmi: kaixo` if it is not.
class LineForm {
 public:
  constexpr LineForm() noexcept = default;
  constexpr LineForm(Look look, bool is_tagged) noexcept
      : bits_(static_cast<std::uint8_t>((look.is_timed ? kTimed : 0U) |
                                        (look.is_colored ? kColored : 0U) |
                                        (look.is_json ? kJson : 0U) | (is_tagged ? kTagged : 0U) |
                                        (static_cast<unsigned>(look.framing) << kFramingShift))) {}

  [[nodiscard]] constexpr bool is_plain() const noexcept { return bits_ == 0; }
  [[nodiscard]] constexpr bool is_tagged() const noexcept { return (bits_ & kTagged) != 0; }
  [[nodiscard]] constexpr bool is_json() const noexcept { return (bits_ & kJson) != 0; }
  [[nodiscard]] constexpr Framing framing() const noexcept {
    return static_cast<Framing>(bits_ >> kFramingShift);
  }
  [[nodiscard]] constexpr Look look() const noexcept {
    return {(bits_ & kTimed) != 0, (bits_ & kColored) != 0, is_json(), framing()};
  }

  /// A number below kLineForms, the same for forms whose lines look alike: all JSON of a framing is
  /// one.
  [[nodiscard]] constexpr std::size_t index() const noexcept {
    return is_json() ? kJson + (bits_ >> kFramingShift) : bits_;
  }

 private:
  static constexpr unsigned kTimed = 1;
  static constexpr unsigned kTagged = 2;
  static constexpr unsigned kColored = 4;
  static constexpr unsigned kJson = 8;
  static constexpr unsigned kFramingShift = 4;
  std::uint8_t bits_ = 0;
};
inline constexpr std::size_t kLineForms = 11;

}  // namespace grotto
