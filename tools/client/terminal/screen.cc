#include "client/terminal/screen.h"

#include <fmt/format.h>

#include <algorithm>

#include "line/text.h"

namespace grotto::client {

namespace {

constexpr std::string_view kLookEnds = "\x1b[0m";
constexpr std::string_view kEraseBelow = "\x1b[J";
constexpr std::string_view kEraseAll = "\x1b[H\x1b[2J";

/// A prompt that leaves half of the row to what is typed.
std::string fitting_prompt(const std::string& prompt, unsigned columns) {
  if (display_width(prompt) <= columns / 2) return prompt;
  return columns >= 8 ? "> " : "";
}

}  // namespace

std::string Screen::erase() {
  // As the terminal folded them, if it is narrower now.
  std::size_t above = 0;
  for (std::size_t row = 0; row < drawn_.cursor_row; ++row) {
    const unsigned width = drawn_.widths[row];
    above += 1 + (width == 0 ? 0 : (width - 1) / size_.columns);
  }
  above += drawn_.cursor_column / size_.columns;
  drawn_ = {};
  std::string out = "\r";
  if (above > 0) out += fmt::format("\x1b[{}A", above);
  out += kEraseBelow;
  return out;
}

std::string Screen::drawn(const Input& input) {
  const std::string prompt = fitting_prompt(input.prompt, size_.columns);
  bool has_prompt = true;
  drawn_ = lay_out(static_cast<unsigned>(display_width(prompt)), input.typed, size_, has_prompt);
  std::string out;
  if (has_prompt && !prompt.empty()) {
    out += input.prompt_look + prompt;
    if (!input.prompt_look.empty()) out += kLookEnds;
  }
  for (std::size_t row = 0; row != drawn_.rows.size(); ++row) {
    if (row != 0) out += "\r\n";
    out += drawn_.rows[row];
  }
  const std::size_t up = drawn_.rows.size() - 1 - drawn_.cursor_row;
  if (up > 0) out += fmt::format("\x1b[{}A", up);
  out += '\r';
  if (drawn_.cursor_column > 0) out += fmt::format("\x1b[{}C", drawn_.cursor_column);
  return out;
}

std::string Screen::draw(const Input& input) {
  std::string out = erase();
  return out + drawn(input);
}

std::string Screen::show_above(std::string_view lines, const Input& input) {
  std::string out = erase();
  out += lines;
  return out + drawn(input);
}

std::string Screen::clear(const Input& input) {
  drawn_ = {};
  return std::string(kEraseAll) + drawn(input);
}

}  // namespace grotto::client
