// What the fuzzer of the text rules does with each input, and line_test with its corpus: what comes
// out is UTF-8 that a terminal only shows, by a look of its own; to clean it again changes nothing;
// a bound cuts between code points. The first byte is the bound. Threads: no state; any.
#pragma once

#include <string>
#include <string_view>

#include "base/check.h"
#include "line/text.h"

namespace grotto::test {

/// Takes a code point from the front by the table of RFC 3629 section 4; none: not UTF-8.
inline bool take_code_point(std::string_view& text, char32_t& code) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const unsigned lead = byte(0);
  const std::size_t size = lead < 0x80   ? 1
                           : lead < 0xC2 ? 0
                           : lead < 0xE0 ? 2
                           : lead < 0xF0 ? 3
                                         : 4;
  if (size == 0 || lead > 0xF4 || text.size() < size) return false;
  code = size == 1 ? lead : lead & (0xFFU >> (size + 1));
  for (std::size_t at = 1; at < size; ++at) {
    if ((byte(at) & 0xC0U) != 0x80U) return false;
    code = code << 6U | (byte(at) & 0x3FU);
  }
  text.remove_prefix(size);
  const bool is_surrogate = code >= 0xD800 && code < 0xE000;
  return !(size == 3 && (code < 0x800 || is_surrogate)) &&
         !(size == 4 && (code < 0x10000 || code > 0x10FFFF));
}

/// Nothing but TAB and what is shown, as reliability asks of all that goes out.
inline bool is_only_text(std::string_view text) {
  while (!text.empty()) {
    char32_t code = 0;
    if (!take_code_point(text, code)) return false;
    const bool is_control = (code < 0x20 && code != '\t') || (code >= 0x7F && code < 0xA0);
    const bool is_override =
        (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
    if (is_control || is_override) return false;
  }
  return true;
}

inline void fuzz_text(std::string_view bytes) {
  if (bytes.empty()) return;
  const std::size_t bound = static_cast<unsigned char>(bytes.front());
  const std::string text(bytes.substr(1));
  std::string scratch;
  const std::string clean(clean_text(text, scratch));
  GROTTO_CHECK(is_only_text(clean) && is_clean(clean));
  GROTTO_CHECK(is_clean(text) == (clean == text));
  std::string again;
  GROTTO_CHECK(clean_text(clean, again).data() == clean.data());  // and no copy either
  GROTTO_CHECK(clean.size() <= 3 * text.size());
  GROTTO_CHECK(display_width(clean) <= 2 * clean.size());

  std::string bounded;
  const std::string_view cut = clean_text(text, bounded, bound);
  GROTTO_CHECK(cut.size() <= bound && clean.starts_with(cut) && is_only_text(cut));
  // No more is cut than must be: the next code point would not have fitted.
  if (cut.size() < clean.size()) {
    std::string_view rest = std::string_view(clean).substr(cut.size());
    const std::size_t before = rest.size();
    char32_t code = 0;
    GROTTO_CHECK(take_code_point(rest, code));
    GROTTO_CHECK(cut.size() + (before - rest.size()) > bound);
  }
}

}  // namespace grotto::test
