#include "line/line_editor.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "line/text.h"
#include "random_input.h"

namespace grotto {
namespace {

// A terminal of the VT100 kind: late wrap, CR, LF, BS, CUU and ED. Wide characters are kept in
// their first cell, marks with the character before. Rows above the window are not lost.
class Screen {
 public:
  explicit Screen(std::size_t columns) : columns_(columns), rows_(1) {}

  void show(std::string_view bytes) {
    std::size_t at = 0;
    while (at != bytes.size()) {
      const char c = bytes[at];
      if (c == '\x1b') {
        at += escape(bytes.substr(at));
      } else if (c == '\r' || c == '\n' || c == '\b') {
        control(c);
        ++at;
      } else {
        std::size_t end = at + 1;
        while (end != bytes.size() && (bytes[end] & 0xC0) == 0x80) ++end;
        put(bytes.substr(at, end - at));
        at = end;
      }
    }
  }

  /// All rows that were ever reached, joined by '|', without blanks at their ends.
  [[nodiscard]] std::string text() const {
    std::string all;
    for (const auto& row : rows_) {
      std::string line;
      for (const std::string& cell : row) line += cell;
      line.erase(line.find_last_not_of(' ') + 1);
      all += line + "|";
    }
    while (all.ends_with("||")) all.pop_back();
    return all;
  }

 private:
  using Row = std::vector<std::string>;

  Row& row() {
    rows_.resize(std::max(rows_.size(), row_ + 1));
    rows_[row_].resize(columns_, " ");
    return rows_[row_];
  }
  void put(std::string_view character) {
    const std::size_t width = display_width(character);
    if (width == 0) {
      if (column_ != 0) row()[last_] += character;
      return;
    }
    if (column_ + width > columns_) {
      column_ = 0;
      ++row_;
    }
    last_ = column_;
    row()[column_] = character;
    if (width == 2) row()[column_ + 1] = "";
    column_ += width;
  }
  void control(char c) {
    if (c == '\r') column_ = 0;
    if (c == '\n') ++row_;
    if (c == '\b') column_ = std::min(column_, columns_ - 1), column_ -= column_ == 0 ? 0 : 1;
    row();
  }
  std::size_t escape(std::string_view bytes) {
    REQUIRE(bytes.size() >= 3);
    const std::size_t end = bytes.find_first_of("AJ");
    REQUIRE(end != std::string_view::npos);
    if (bytes[end] == 'A') {
      row_ -= std::min(row_, std::size_t{std::stoul(std::string{bytes.substr(2)})});
    } else {
      rows_.resize(row_ + 1);
      for (std::size_t cell = column_; cell < columns_; ++cell) row()[cell] = " ";
    }
    return end + 1;
  }

  std::size_t columns_;
  std::size_t row_ = 0;
  std::size_t column_ = 0;
  std::size_t last_ = 0;
  std::vector<Row> rows_;
};

struct Typist {
  explicit Typist(unsigned columns = 80, std::size_t limit = 100)
      : editor(limit, columns), screen(columns) {}

  void types(std::string_view keys) {
    while (true) {
      std::string_view line;
      echo.clear();
      const LineEditor::Next next = editor.next(keys, line, echo);
      screen.show(echo);
      if (next == LineEditor::Next::line) lines.emplace_back(line);
      if (next == LineEditor::Next::too_long) lines.emplace_back("<too long>");
      if (next == LineEditor::Next::leave) lines.emplace_back("<leave>");
      if (next == LineEditor::Next::need_more) return;
    }
  }
  void hears(std::string_view line) {
    std::string bytes;
    editor.erase(bytes);
    bytes += line;
    bytes += "\r\n";
    editor.draw(bytes);
    screen.show(bytes);
  }

  LineEditor editor;
  Screen screen;
  std::vector<std::string> lines;
  std::string echo;
};

using Lines = std::vector<std::string>;

TEST_CASE("LineEditor: keys are echoed and Enter gives the line, whatever it sends") {
  Typist ana;
  ana.types("kai");
  CHECK(ana.echo == "kai");
  ana.types("xo\r");
  ana.types("\nagur\r");
  ana.types(std::string_view{"\0bai\n", 5});
  CHECK(ana.lines == Lines{"kaixo", "agur", "bai"});
  CHECK(ana.screen.text() == "kaixo|agur|bai|");
}

TEST_CASE(
    "LineEditor: backspace takes back a code point with its marks, Ctrl-W a word, Ctrl-U all") {
  Typist ana;
  ana.types("kañ");
  ana.types("\x7F");
  CHECK(ana.echo == "\b \b");
  ana.types("日\b");
  ana.types("e\u0301\b");
  CHECK(ana.screen.text() == "ka|");
  ana.types("ixo mundu  ");
  ana.types("\x17");
  CHECK(ana.screen.text() == "kaixo|");
  CHECK(ana.editor.partial() == "kaixo ");
  ana.types("\x15\b\b");
  CHECK(ana.editor.is_blank());
  ana.types("bai\x03");
  ana.types("ez\n");
  CHECK(ana.lines == Lines{"ez"});
}

TEST_CASE("LineEditor: 0x04 leaves only on an empty line") {
  Typist ana;
  ana.types("a\x04\b\x04");
  CHECK(ana.lines == Lines{"<leave>"});
}

TEST_CASE("LineEditor: escape sequences of keys are swallowed, also split at every byte") {
  const std::string keys =
      "a\x1b[Ab\x1b[1;5Cc\x1bOPd\x1b]0;x\x07"
      "e\x1bPq\x1b\\f\x1b(Bg\x1bxh\x1b]\x1b\x1b\\i\x01\r";
  Typist whole;
  whole.types(keys);
  CHECK(whole.lines == Lines{"abcdefghi"});
  for (std::size_t at = 0; at != keys.size(); ++at) {
    Typist split;
    split.types(std::string_view{keys}.substr(0, at));
    split.types(std::string_view{keys}.substr(at));
    CHECK(split.lines == whole.lines);
  }
}

TEST_CASE("LineEditor: Enter, controls and text beyond ASCII end an escape sequence") {
  Typist ana;
  ana.types("a\x1b]no end\rb\x1b\rc\x1b[1\xC3\xB1\rd\x1bO\b\re\x1b[\x1b[Af\r");
  CHECK(ana.lines == Lines{"a", "b", "cñ", "", "ef"});
}

TEST_CASE("LineEditor: bad UTF-8 is U+FFFD, bidirectional overrides and C1 are not drawn") {
  Typist ana;
  ana.types(
      "a\xC3"
      "b\xFF\xE2\x82\xE2\x82\xAC\u202E\u0085\t.\xC3\r");
  CHECK(ana.lines == Lines{"a\uFFFDb\uFFFD\uFFFD€ .\uFFFD"});
  std::string_view line;
  ana.types("z\xC3");
  CHECK(ana.editor.flush(line));
  CHECK(line == "z\uFFFD");
  CHECK_FALSE(ana.editor.flush(line));
}

TEST_CASE("LineEditor: a line over the limit is refused once, leaves the screen and is dropped") {
  Typist ana{80, 4};
  ana.types("abcd\r");
  ana.types("abc");
  ana.types("de");
  CHECK(ana.editor.is_blank());
  ana.types("fgh\x04\rij\r");
  ana.types("abcd\xC3\rk\r");
  CHECK(ana.lines == Lines{"abcd", "<too long>", "ij", "<too long>", "k"});
  CHECK(ana.screen.text() == "abcd|ij|k|");
}

TEST_CASE(
    "LineEditor: the half-typed line is drawn again under arriving ones, on several rows too") {
  for (const std::string half :
       {"", "bat", "0123456789", "0123456789ab", "日本語日本語日", "x日本語日本語日"}) {
    Typist ana{10};
    ana.types(half);
    Typist other{10};
    other.screen.show("oskar: hi\r\n");
    other.types(half);
    ana.hears("oskar: hi");
    CHECK(ana.screen.text() == other.screen.text());
  }
}

TEST_CASE("LineEditor: a line that was begun in line mode goes on; EC and EL act as keys") {
  Typist ana;
  ana.screen.show("ka\xC3\xB1");
  ana.editor.begin_with("ka\xC3\xB1");
  std::string echo;
  ana.editor.erase_character(echo);
  ana.screen.show(echo);
  ana.types("ixo");
  CHECK(ana.screen.text() == "kaixo|");
  echo.clear();
  ana.editor.drop_line(echo);
  ana.screen.show(echo);
  CHECK(ana.screen.text() == "|");
  ana.types("a\r");
  echo.clear();
  ana.editor.erase_character(echo);  // the line that was entered is not touched
  ana.editor.drop_line(echo);
  CHECK(echo == "");
  CHECK(ana.lines == Lines{"a"});
}

TEST_CASE("LineEditor: a flood of keys and backspaces costs no more echo than its end result") {
  Typist ana{10, 4096};
  ana.types(std::string(4000, 'x'));
  ana.types(std::string(60'000, '\x7F'));
  CHECK(ana.echo.size() < 20);
  CHECK(ana.screen.text() == "|");
}

TEST_CASE("LineEditor: what is hidden is taken and not shown") {
  LineEditor editor(64);
  std::string echo;
  std::string_view line;
  editor.set_hidden(true);
  std::string_view keys =
      "sesame\x7F"
      "e\r";
  CHECK(editor.next(keys, line, echo) == LineEditor::Next::line);
  CHECK(line == "sesame");
  CHECK(echo == "\r\n");
  keys = "half";
  editor.next(keys, line, echo);
  echo.clear();
  editor.erase(echo);
  editor.draw(echo);
  CHECK(echo == "");
  editor.set_hidden(false);
  editor.draw(echo);
  CHECK(echo == "half");
  keys = "\x7F";
  echo.clear();
  editor.next(keys, line, echo);
  CHECK(echo == "\b \b");
}

TEST_CASE("LineEditor: whatever is typed, the screen shows the lines and the half-typed one") {
  INFO("seed " << test::seed());
  const std::vector<std::string> keys{"a",    "kaixo ",   "ñ",    "日",      "e\u0301",
                                      "\x7F", "\x7F\x7F", "\b",   "\x17",    "\x15",
                                      "0123", "\x1b[A",   "\r\n", "abcdefgh"};
  for (std::uint64_t round = 0; round != 2000; ++round) {
    INFO("round " << round);
    test::RandomInput random{round};
    const auto columns = static_cast<unsigned>(4 + random.below(12));
    Typist ana{columns, 60};
    Screen expected{columns};
    std::size_t shown = 0;
    for (int step = 0; step != 12; ++step) {
      const bool hears = random.below(4) == 0;
      hears ? ana.hears("hi") : ana.types(random.of(keys, 6));
      for (; shown != ana.lines.size(); ++shown) {
        if (ana.lines[shown] != "<too long>") expected.show(ana.lines[shown] + "\r\n");
      }
      if (hears) expected.show("hi\r\n");
      Screen now = expected;
      now.show(ana.editor.partial());
      REQUIRE(ana.screen.text() == now.text());
    }
  }
}

}  // namespace
}  // namespace grotto
