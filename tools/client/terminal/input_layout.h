// InputLayout: where each character of the prompt and the half-typed line stands on the screen.
//
// Rows are cut here and not by the terminal, so that what it shows is what was reckoned; a
// character of two columns is never cut in half. Threads: pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace grotto::client {

/// What is typed, and where the cursor stands in it. Controls are shown as ^A; a line feed begins
/// a new row (libedit puts what is searched for behind one).
struct TypedLine {
  std::wstring text;
  std::size_t cursor = 0;
  bool is_secret = false;  // a star for each character
};

struct ScreenSize {
  unsigned columns = 80;
  unsigned rows = 24;
};

struct InputLayout {
  std::vector<std::string> rows;  // without the prompt, which stands before the first
  std::vector<unsigned> widths;   // of each, with the prompt
  std::size_t cursor_row = 0;
  unsigned cursor_column = 0;
};

/// `prompt_width` < size.columns. At most size.rows - 1 rows (one at least): those around the
/// cursor. If the first is not among them, `rows[0]` begins at column 0: has_prompt is false.
InputLayout lay_out(unsigned prompt_width, const TypedLine& typed, ScreenSize size,
                    bool& has_prompt);

/// `text` cut so that it takes at most `columns`, with `…` at its end then. REQUIRES: is_clean().
std::string cut_to_width(std::string_view text, unsigned columns);

}  // namespace grotto::client
