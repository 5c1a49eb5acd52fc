#include "line/line_editor.h"

#include <unicode/utf8.h>

#include <algorithm>

#include "grotto/state.h"
#include "line/text.h"

namespace grotto {
namespace {

constexpr std::uint8_t kLeave = 0x04;
constexpr std::uint8_t kEscape = 0x1B;
constexpr std::uint8_t kDelete = 0x7F;

bool is_control(std::uint8_t byte) noexcept {
  return byte < 0x20 || byte == kDelete;
}

bool is_continuation(char byte) noexcept {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

// The start of the last code point. REQUIRES: valid UTF-8, not empty.
std::size_t last_code_point(std::string_view text) noexcept {
  std::size_t at = text.size() - 1;
  while (at != 0 && is_continuation(text[at])) --at;
  return at;
}

// Where the cursor stands after `text`, in cells from the first column of its first row. A wide
// character does not straddle rows: a terminal leaves the last cell blank. A full row leaves the
// cursor on its last cell (late wrap): cells == columns is still the first row.
std::size_t cells(std::string_view text, std::size_t columns) noexcept {
  if (text.size() < columns) return display_width(text);  // one row at most: no code point is wider
  std::size_t cell = 0;
  for (std::size_t at = 0; at != text.size();) {
    std::size_t end = at + 1;
    while (end != text.size() && is_continuation(text[end])) ++end;
    const std::size_t width = display_width(text.substr(at, end - at));
    if (cell % columns + width > columns) ++cell;
    cell += width;
    at = end;
  }
  return cell;
}

void append_erase(std::string& out, std::size_t cell, std::size_t columns) {
  out += '\r';
  const std::size_t rows_up = cell == 0 ? 0 : (cell - 1) / columns;
  if (rows_up != 0) out += "\x1b[" + std::to_string(rows_up) + "A";
  out += "\x1b[J";
}

}  // namespace

LineEditor::Next LineEditor::next(std::string_view& input, std::string_view& line,
                                  std::string& echo) {
  if (is_given_) start_line();
  Took took = Took::key;
  while (took == Took::key && !input.empty()) {
    if (!code_point_.empty() && !is_continuation(input.front())) {
      took = end_code_point();
      continue;
    }
    took = take(static_cast<std::uint8_t>(input.front()));
    input.remove_prefix(1);
  }
  refresh(echo);
  switch (took) {
    case Took::key: return Next::need_more;
    case Took::leave: return Next::leave;
    case Took::too_long: return Next::too_long;
    case Took::line: break;
  }
  echo += "\r\n";
  line = line_;
  is_given_ = true;
  return Next::line;
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

bool LineEditor::flush(std::string_view& line) {
  if (is_given_) start_line();
  if (!code_point_.empty()) end_code_point();
  if (line_.empty()) return false;
  line = line_;
  is_given_ = true;
  return true;
}

void LineEditor::begin_with(std::string_view text) {
  start_line();
  std::string scratch;
  line_ = clean_text(text, scratch, limit_);
  std::replace(line_.begin(), line_.end(), '\t', ' ');
  drawn_ = kept_ = line_.size();
  drawn_cells_ = cells(line_, columns_);
}

void LineEditor::erase(std::string& out) const {
  if (!is_blank() && !is_hidden_) append_erase(out, drawn_cells_, columns_);
}

void LineEditor::draw(std::string& out) const {
  if (!is_hidden_) out += partial();
}

void LineEditor::set_hidden(bool is_hidden) noexcept {
  is_hidden_ = is_hidden;
  if (is_given_) return;
  drawn_ = kept_ = line_.size();
  drawn_cells_ = cells(line_, columns_);
}

LineEditor::Took LineEditor::take(std::uint8_t byte) {
  const bool is_after_cr = is_after_cr_;
  is_after_cr_ = false;
  if (is_after_cr && (byte == '\n' || byte == 0)) return Took::key;
  if (key_ != Key::ground && take_escape(byte)) return Took::key;
  if (byte >= 0x80) return take_beyond_ascii(byte);
  if (is_control(byte)) return take_control(byte);
  const char character = static_cast<char>(byte);
  return append({&character, 1});
}

LineEditor::Took LineEditor::take_control(std::uint8_t byte) {
  switch (byte) {
    case '\r':
    case '\n':
      is_after_cr_ = byte == '\r';
      if (!is_dropping_) return Took::line;
      is_dropping_ = false;
      break;
    case '\b':
    case kDelete: erase_last(); break;
    case '\t': return append(" ");
    case 0x03:  // Ctrl-C
    case 0x15:  // Ctrl-U
      truncate(0);
      break;
    case 0x17: erase_word(); break;  // Ctrl-W
    case kLeave:
      if (line_.empty() && !is_dropping_) return Took::leave;
      break;
    case kEscape: key_ = Key::escape; break;
    default: break;
  }
  return Took::key;
}

LineEditor::Took LineEditor::take_beyond_ascii(std::uint8_t byte) {
  code_point_ += static_cast<char>(byte);
  const auto lead = static_cast<std::uint8_t>(code_point_.front());
  const std::size_t size =
      U8_IS_LEAD(lead) ? static_cast<std::size_t>(U8_COUNT_TRAIL_BYTES_UNSAFE(lead)) + 1 : 1;
  return code_point_.size() == size ? end_code_point() : Took::key;
}

// True if the byte belongs to an escape sequence. A control ends one that is not a string, and
// Enter ends all.
bool LineEditor::take_escape(std::uint8_t byte) noexcept {
  const bool is_enter = byte == '\r' || byte == '\n';
  const Key key = key_;
  key_ = Key::ground;
  if (is_enter) return false;
  if (key == Key::string || key == Key::string_escape) {
    const bool is_end = byte == 0x07 || (key == Key::string_escape && byte == '\\');
    if (!is_end) key_ = byte == kEscape ? Key::string_escape : Key::string;
    return true;
  }
  if (is_control(byte) || byte >= 0x80) return false;
  if (key == Key::control) {
    if (byte < 0x40) key_ = Key::control;
  } else if (key == Key::escape) {
    if (byte < 0x30) key_ = Key::escape;
    if (byte == '[') key_ = Key::control;
    if (byte == 'N' || byte == 'O') key_ = Key::single_shift;
    if (std::string_view{"]PX^_"}.find(static_cast<char>(byte)) != std::string_view::npos) {
      key_ = Key::string;
    }
  }
  return true;
}

LineEditor::Took LineEditor::append(std::string_view clean) {
  if (is_dropping_) return Took::key;
  if (line_.size() + clean.size() > limit_) {
    truncate(0);
    is_dropping_ = true;
    return Took::too_long;
  }
  line_ += clean;
  return Took::key;
}

// What was gathered is a code point, or will never be one.
LineEditor::Took LineEditor::end_code_point() {
  std::string scratch;
  const Took took = append(clean_text(code_point_, scratch));
  code_point_.clear();
  return took;
}

void LineEditor::erase_last() noexcept {
  bool is_mark = true;  // combining marks go with what they stand on
  while (is_mark && !line_.empty()) {
    const std::size_t start = last_code_point(line_);
    is_mark = display_width(std::string_view{line_}.substr(start)) == 0;
    truncate(start);
  }
}

void LineEditor::erase_word() noexcept {
  std::size_t size = line_.size();
  while (size != 0 && line_[size - 1] == ' ') --size;
  while (size != 0 && line_[size - 1] != ' ') --size;
  truncate(size);
}

void LineEditor::truncate(std::size_t size) noexcept {
  line_.resize(size);
  kept_ = std::min(kept_, size);
}

void LineEditor::start_line() noexcept {
  line_.clear();
  drawn_ = kept_ = drawn_cells_ = 0;
  is_given_ = false;
}

void LineEditor::refresh(std::string& echo) {
  if (is_hidden_) return;
  if (kept_ != drawn_ && drawn_cells_ < columns_) {  // on one row: step back and wipe
    const std::size_t back =
        drawn_cells_ - cells(std::string_view{line_}.substr(0, kept_), columns_);
    echo.append(back, '\b').append(back, ' ').append(back, '\b');
  } else if (kept_ != drawn_) {
    append_erase(echo, drawn_cells_, columns_);
    kept_ = 0;
  }
  if (kept_ == line_.size() && kept_ == drawn_) return;
  echo.append(line_, kept_);
  drawn_ = kept_ = line_.size();
  drawn_cells_ = cells(line_, columns_);
}

void LineEditor::save(StateWriter& state) const {
  state.text(partial());
  state.number(is_given_ ? 0 : drawn_);
  state.number(is_given_ ? 0 : kept_);
  state.number(is_given_ ? 0 : drawn_cells_);
  state.text(code_point_);
  state.choice(key_);
  state.flag(is_after_cr_);
  state.flag(is_dropping_);
  state.flag(is_hidden_);
}

void LineEditor::restore(StateReader& state) {
  line_ = state.text();
  drawn_ = state.number();
  kept_ = state.number();
  drawn_cells_ = state.number();
  code_point_ = state.text();
  key_ = state.choice(Key::string_escape);
  is_after_cr_ = state.flag();
  is_dropping_ = state.flag();
  is_hidden_ = state.flag();
  is_given_ = false;
  const bool makes_sense =
      line_.size() <= limit_ && code_point_.size() <= 4 && kept_ <= line_.size() && kept_ <= drawn_;
  if (!makes_sense) state.fail();
}

}  // namespace grotto
