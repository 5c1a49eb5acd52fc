// LineForm: the wire forms of a line. Plain is canonical; the others are rendered from it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace grotto {

enum class LineForm : std::uint8_t {
  plain,         // `luzmi: kaixo`
  timed,         // `[14:03:22] luzmi: kaixo`
  tagged,        // `[cave] luzmi: kaixo`: of a room that is not in focus
  timed_tagged,  // `[14:03:22] [cave] luzmi: kaixo`
};
inline constexpr std::size_t kLineForms = 4;

[[nodiscard]] constexpr LineForm line_form(bool is_timed, bool is_tagged) noexcept {
  if (is_tagged) return is_timed ? LineForm::timed_tagged : LineForm::tagged;
  return is_timed ? LineForm::timed : LineForm::plain;
}
[[nodiscard]] constexpr bool is_timed(LineForm form) noexcept {
  return form == LineForm::timed || form == LineForm::timed_tagged;
}
[[nodiscard]] constexpr bool is_tagged(LineForm form) noexcept {
  return form == LineForm::tagged || form == LineForm::timed_tagged;
}

}  // namespace grotto
