// Screen: the bytes that keep a half-typed line at the bottom while lines arrive above it.
//
// Nothing but the rows of the input is ever drawn twice, and no scroll region is set: what was
// shown belongs to the terminal and its scrollback. After a change of size the rows of the input
// are where the terminal put them by folding each anew. Threads: owned by one.
#pragma once

#include <string>
#include <string_view>

#include "client/terminal/input_layout.h"

namespace grotto::client {

class Screen {
 public:
  explicit Screen(ScreenSize size) : size_(size) {}

  /// Each returns what to write to the terminal. `prompt` is clean; `prompt_look` is the SGR
  /// sequence before it, or empty.
  struct Input {
    std::string prompt;
    std::string prompt_look;
    TypedLine typed;
  };
  /// The input as it is now.
  [[nodiscard]] std::string draw(const Input& input);
  /// Whole lines (each ends with "\n") above the input.
  [[nodiscard]] std::string show_above(std::string_view lines, const Input& input);
  /// Ctrl-L: an empty screen.
  [[nodiscard]] std::string clear(const Input& input);
  /// Takes the input away: the cursor stands where it began.
  [[nodiscard]] std::string erase();
  /// Something else has written: the input is drawn where the cursor is now.
  void forget() noexcept { drawn_ = {}; }

  /// The terminal has that size now. Draw afterwards.
  void resize(ScreenSize size) noexcept { size_ = size; }
  [[nodiscard]] ScreenSize size() const noexcept { return size_; }

 private:
  [[nodiscard]] std::string drawn(const Input& input);

  ScreenSize size_;
  InputLayout drawn_;  // what stands there
};

}  // namespace grotto::client
