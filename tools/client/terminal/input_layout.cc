#include "client/terminal/input_layout.h"

#include <algorithm>

#include "client/terminal/wide_text.h"
#include "line/text.h"

namespace grotto::client {

namespace {

struct Glyph {
  std::string text;
  unsigned width = 0;
};

Glyph glyph_of(wchar_t character, bool is_secret) {
  const auto c = static_cast<char32_t>(character);
  if (c < 0x20 || c == 0x7F) return {{'^', static_cast<char>(c ^ 0x40U)}, 2};
  if (is_secret) return {"*", 1};
  if (!is_shown(c)) return {"\xEF\xBF\xBD", 1};
  return {to_utf8({&character, 1}), display_width(c)};
}

}  // namespace

InputLayout lay_out(unsigned prompt_width, const TypedLine& typed, ScreenSize size,
                    bool& has_prompt) {
  InputLayout made;
  made.rows.emplace_back();
  made.widths.push_back(prompt_width);
  const auto new_row = [&] {
    made.rows.emplace_back();
    made.widths.push_back(0);
  };
  const auto place_cursor = [&] {
    if (made.widths.back() >= size.columns) new_row();  // it stands where the next one would
    made.cursor_row = made.rows.size() - 1;
    made.cursor_column = made.widths.back();
  };
  for (std::size_t at = 0; at != typed.text.size(); ++at) {
    if (typed.text[at] == L'\n') {
      if (at == typed.cursor) place_cursor();
      new_row();
      continue;
    }
    const Glyph glyph = glyph_of(typed.text[at], typed.is_secret);
    if (made.widths.back() + glyph.width > size.columns) new_row();
    if (at == typed.cursor) place_cursor();
    made.rows.back() += glyph.text;
    made.widths.back() += glyph.width;
  }
  if (typed.cursor >= typed.text.size()) place_cursor();

  const std::size_t rows_max = std::max(2U, size.rows) - 1;
  has_prompt = true;
  if (made.rows.size() <= rows_max) return made;
  const std::size_t first = made.cursor_row < rows_max ? 0 : made.cursor_row - rows_max + 1;
  const auto window = [&](auto& all) {
    using Difference = std::ptrdiff_t;
    all.erase(all.begin() + static_cast<Difference>(first + rows_max), all.end());
    all.erase(all.begin(), all.begin() + static_cast<Difference>(first));
  };
  made.rows.resize(std::max(made.rows.size(), first + rows_max));
  made.widths.resize(std::max(made.widths.size(), first + rows_max));
  window(made.rows);
  window(made.widths);
  made.cursor_row -= first;
  has_prompt = first == 0;
  return made;
}

std::string cut_to_width(std::string_view text, unsigned columns) {
  if (display_width(text) <= columns) return std::string(text);
  std::string cut;
  unsigned width = 0;
  for (const wchar_t c : to_wide(text)) {
    const unsigned more = display_width(static_cast<char32_t>(c));
    if (width + more + 1 > columns) break;
    cut += to_utf8({&c, 1});
    width += more;
  }
  return columns == 0 ? std::string() : cut + "…";
}

}  // namespace grotto::client
