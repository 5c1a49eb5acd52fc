// LineEditor: editing for a peer that sends each key and leaves the echo to the server (telnet in
// character mode).
//
// Backspace (0x08, 0x7F) takes back a code point with its combining marks, Ctrl-W a word, Ctrl-U or
// Ctrl-C the line; 0x04 on an empty line leaves; a TAB becomes a space; keys that send escape
// sequences are swallowed. Only clean text is ever drawn (text.h). What is on the screen changes
// once per next(), by the shortest way from what was there: a flood of keys and backspaces costs no
// more than its end result. Pure: keys in, lines and the bytes to echo out.
// Terminals of the VT100 kind are assumed: CR, BS, CUU, ED, EL, automatic margins that wrap late.
// Threads: owned by one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace grotto {

class StateReader;
class StateWriter;

class LineEditor {
 public:
  enum class Next : std::uint8_t {
    line,       // `line` was entered; valid until the next call
    too_long,   // the line went over the limit; its rest is dropped
    leave,      // 0x04 on an empty line
    need_more,  // the input is used up
  };

  explicit LineEditor(std::size_t line_bytes_max, unsigned columns = 80) noexcept
      : limit_(line_bytes_max), columns_(columns) {}

  /// Takes keys from the front of `input` up to the next outcome and appends to `echo` what brings
  /// the peer's screen up to date.
  Next next(std::string_view& input, std::string_view& line, std::string& echo);

  /// As if the key had been pressed: telnet's EC, and EL, IP, BRK.
  void erase_character(std::string& echo);
  void drop_line(std::string& echo);

  /// The input has ended: true if a line was half typed, which is then `line`.
  bool flush(std::string_view& line);

  /// Takes over a line that was begun before the peer was in character mode; the peer's own echo
  /// has drawn it.
  void begin_with(std::string_view text);

  /// The half-typed line; valid until the next call.
  [[nodiscard]] std::string_view partial() const noexcept {
    return is_given_ ? std::string_view{} : std::string_view{line_};
  }

  /// For an upgrade: what is typed, and what of it is on the screen.
  void save(StateWriter& state) const;
  void restore(StateReader& state);

  /// Takes the half-typed line off the screen / puts it back, so that other lines can go between.
  void erase(std::string& out) const;
  void draw(std::string& out) const;
  /// Nothing of a half-typed line is on the screen.
  [[nodiscard]] bool is_blank() const noexcept { return partial().empty(); }

  /// What is typed is not shown, or shown again. Between erase() and draw().
  void set_hidden(bool is_hidden) noexcept;

  void set_columns(unsigned columns) noexcept { columns_ = columns; }

 private:
  enum class Key : std::uint8_t { ground, escape, single_shift, control, string, string_escape };
  enum class Took : std::uint8_t { key, line, too_long, leave };

  Took take(std::uint8_t byte);
  Took take_control(std::uint8_t byte);
  Took take_beyond_ascii(std::uint8_t byte);
  bool take_escape(std::uint8_t byte) noexcept;
  Took append(std::string_view clean);
  Took end_code_point();
  void erase_last() noexcept;
  void erase_word() noexcept;
  void truncate(std::size_t size) noexcept;
  void start_line() noexcept;
  void refresh(std::string& echo);

  std::size_t limit_;
  unsigned columns_;
  std::string line_;             // clean text
  std::size_t drawn_ = 0;        // bytes of a line that are on the screen …
  std::size_t kept_ = 0;         // … so many of which still begin line_
  std::size_t drawn_cells_ = 0;  // where the cursor is, counted from the first column
  std::string code_point_;       // the beginning of one that is not whole yet, at most 4 bytes
  Key key_ = Key::ground;
  bool is_after_cr_ = false;
  bool is_dropping_ = false;  // the rest of a line that was too long
  bool is_hidden_ = false;
  bool is_given_ = false;  // line_ was handed out: a new one begins at the next call
};

}  // namespace grotto
