#include "line/line_editor.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "line/text.h"

namespace grotto {

namespace {

constexpr std::uint8_t kEscape = 0x1B;

bool is_continuation(char byte) {
  return (static_cast<std::uint8_t>(byte) & 0xC0U) == 0x80U;
}

/// How many bytes a code point has that begins with `byte`; 0 if none does.
std::uint8_t expected_bytes(std::uint8_t byte) {
  if (byte < 0x80) return 1;
  if (byte >= 0xC2 && byte < 0xE0) return 2;
  if (byte >= 0xE0 && byte < 0xF0) return 3;
  if (byte >= 0xF0 && byte < 0xF5) return 4;
  return 0;
}

/// From the screen position `from` columns after the line's start back to `to`, and clears what
/// follows.
void go_back(std::size_t from, std::size_t to, unsigned columns, std::string& out) {
  const std::size_t up = from / columns - to / columns;
  if (up > 0) fmt::format_to(std::back_inserter(out), "\x1b[{}A", up);
  out += '\r';
  if (to % columns > 0) fmt::format_to(std::back_inserter(out), "\x1b[{}C", to % columns);
  out += "\x1b[J";
}

/// After the last column a terminal wraps late; this makes it wrap now, so that positions add up.
void settle_wrap(std::size_t width, unsigned columns, std::string& out) {
  if (width > 0 && width % columns == 0) out += " \r\x1b[K";
}

}  // namespace

LineEditor::Next LineEditor::next(std::string_view& input, std::string_view& line,
                                  std::string& echo) {
  if (is_given_) start_line();
  while (!input.empty()) {
    const auto byte = static_cast<std::uint8_t>(input.front());
    input.remove_prefix(1);
    switch (take(byte)) {
      case Took::key: continue;
      case Took::line:
        refresh(echo);
        echo += "\r\n";
        is_given_ = true;
        line = line_;
        return Next::line;
      case Took::too_long:
        line_.clear();
        kept_ = 0;
        refresh(echo);
        return Next::too_long;
      case Took::leave: return Next::leave;
    }
  }
  refresh(echo);
  return Next::need_more;
}

LineEditor::Took LineEditor::take(std::uint8_t byte) {
  const bool was_cr = is_after_cr_;
  is_after_cr_ = byte == '\r';
  if (was_cr && (byte == '\n' || byte == 0)) return Took::key;  // CR LF and CR NUL are one end
  if (take_escape(byte)) return Took::key;
  if (byte < 0x20 || byte == 0x7F) return take_control(byte);
  return take_text(byte);
}

LineEditor::Took LineEditor::take_control(std::uint8_t byte) {
  code_point_bytes_ = 0;
  switch (byte) {
    case '\r':
    case '\n':
      if (!is_dropping_) return Took::line;
      is_dropping_ = false;
      return Took::key;
    case 0x04: return line_.empty() ? Took::leave : Took::key;
    case 0x08:
    case 0x7F: erase_last(); return Took::key;
    case 0x03:
    case 0x15: truncate(0); return Took::key;
    case 0x17: erase_word(); return Took::key;
    case '\t': return take_code_points(" ");
    default: return Took::key;
  }
}

/// True if the byte belongs to a key that sends an escape sequence.
bool LineEditor::take_escape(std::uint8_t byte) noexcept {
  switch (key_) {
    case Key::ground:
      if (byte != kEscape) return false;
      key_ = Key::escape;
      return true;
    case Key::escape:
      key_ = byte == '['                                                ? Key::control
             : byte == 'O' || byte == 'N'                               ? Key::single_shift
             : byte == ']' || byte == 'P' || byte == '^' || byte == '_' ? Key::string
                                                                        : Key::ground;
      return byte >= 0x20;  // a line's end ends an unfinished sequence too
    case Key::single_shift: key_ = Key::ground; return byte >= 0x20;
    case Key::control:
      if (byte < 0x20 || (byte >= 0x40 && byte <= 0x7E)) key_ = Key::ground;
      return byte >= 0x20;
    case Key::string:
      if (byte == kEscape) key_ = Key::string_escape;
      if (byte == 0x07 || byte == '\r' || byte == '\n') key_ = Key::ground;
      return byte != '\r' && byte != '\n';
    case Key::string_escape: key_ = Key::ground; return byte >= 0x20;
  }
  return false;
}

LineEditor::Took LineEditor::take_text(std::uint8_t byte) {
  if (code_point_bytes_ > 0 && !is_continuation(static_cast<char>(byte))) code_point_bytes_ = 0;
  code_point_[code_point_bytes_++] = static_cast<char>(byte);
  const std::uint8_t expected = expected_bytes(static_cast<std::uint8_t>(code_point_[0]));
  if (expected == 0) {
    code_point_bytes_ = 0;
    return take_code_points("\xEF\xBF\xBD");
  }
  if (code_point_bytes_ < expected) return Took::key;
  const std::string_view whole(code_point_.data(), code_point_bytes_);
  code_point_bytes_ = 0;
  return take_code_points(whole);
}

LineEditor::Took LineEditor::take_code_points(std::string_view bytes) {
  if (is_dropping_) return Took::key;
  std::string scratch;
  const std::string_view text = clean_text(bytes, scratch);
  if (line_.size() + text.size() > limit_) {
    is_dropping_ = true;
    return Took::too_long;
  }
  line_ += text;
  return Took::key;
}

void LineEditor::erase_last() noexcept {
  std::size_t size = line_.size();
  std::size_t width = 0;
  while (size > 0 && width == 0) {  // marks have no width of their own: they go with their base
    const std::size_t end = size;
    while (size > 0 && is_continuation(line_[size - 1])) --size;
    if (size > 0) --size;
    width = display_width(std::string_view(line_).substr(size, end - size));
  }
  truncate(size);
}

void LineEditor::erase_word() noexcept {
  std::size_t size = line_.size();
  while (size > 0 && line_[size - 1] == ' ') --size;
  while (size > 0 && line_[size - 1] != ' ') --size;
  truncate(size);
}

void LineEditor::truncate(std::size_t size) noexcept {
  line_.resize(size);
  kept_ = std::min(kept_, size);
}

void LineEditor::refresh(std::string& echo) {
  if (kept_ < drawn_) {
    const std::size_t kept_width = display_width(std::string_view(line_).substr(0, kept_));
    go_back(drawn_width_, kept_width, columns_, echo);
    drawn_ = kept_;
    drawn_width_ = kept_width;
  }
  if (drawn_ < line_.size()) {
    echo.append(line_, drawn_);
    drawn_width_ = display_width(line_);
    drawn_ = line_.size();
    settle_wrap(drawn_width_, columns_, echo);
  }
  kept_ = drawn_;
}

void LineEditor::start_line() noexcept {
  is_given_ = false;
  line_.clear();
  if (line_.capacity() > 256) line_.shrink_to_fit();
  drawn_ = kept_ = drawn_width_ = 0;
}

void LineEditor::erase_character(std::string& echo) {
  if (is_given_) start_line();
  erase_last();
  refresh(echo);
}

void LineEditor::drop_line(std::string& echo) {
  if (is_given_) start_line();
  truncate(0);
  is_dropping_ = false;
  refresh(echo);
}

bool LineEditor::flush(std::string_view& line) noexcept {
  if (is_given_ || line_.empty()) return false;
  is_given_ = true;
  line = line_;
  return true;
}

void LineEditor::begin_with(std::string_view text) {
  start_line();
  std::string scratch;
  line_ = clean_text(text, scratch, limit_);
  drawn_ = kept_ = line_.size();
  drawn_width_ = display_width(line_);
}

void LineEditor::erase(std::string& out) const {
  if (!is_blank()) go_back(drawn_width_, 0, columns_, out);
}

void LineEditor::draw(std::string& out) const {
  if (is_blank()) return;
  out += line_;
  settle_wrap(drawn_width_, columns_, out);
}

}  // namespace grotto
