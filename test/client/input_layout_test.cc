#include "client/terminal/input_layout.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "client/terminal/wide_text.h"

using namespace grotto::client;  // NOLINT: a test of one layer

namespace {

using Rows = std::vector<std::string>;

InputLayout laid_out(const std::string& text, std::size_t cursor, unsigned columns,
                     unsigned prompt = 2, unsigned rows = 24) {
  bool has_prompt = false;
  return lay_out(prompt, {to_wide(text), cursor, false}, {columns, rows}, has_prompt);
}

}  // namespace

TEST_CASE("InputLayout: a short line stands behind the prompt") {
  const auto made = laid_out("kaixo", 3, 20);
  CHECK(made.rows == Rows{"kaixo"});
  CHECK(made.cursor_row == 0);
  CHECK(made.cursor_column == 5);
}

TEST_CASE("InputLayout: rows are cut at the width, and a full row moves the cursor to the next") {
  const auto made = laid_out("abcdefgh", 8, 10);
  CHECK(made.rows == Rows{"abcdefgh", ""});
  CHECK(made.cursor_row == 1);
  CHECK(made.cursor_column == 0);
  const auto one_more = laid_out("abcdefghi", 9, 10);
  CHECK(one_more.rows == Rows{"abcdefgh", "i"});
  CHECK(laid_out("abcdefghi", 8, 10).cursor_row == 1);
}

TEST_CASE("InputLayout: wide characters are not cut, combining ones take no column") {
  const auto wide = laid_out("你好你好", 4, 5, 2);
  CHECK(wide.rows == Rows{"你", "好你", "好"});
  CHECK(wide.cursor_row == 2);
  CHECK(wide.cursor_column == 2);
  // SARA I and MAI EK stand above the letter before them.
  const auto thai = laid_out("กิ่น", 4, 20);
  CHECK(thai.cursor_column == 4);
  const auto accent = laid_out("e\xcc\x81x", 2, 20);
  CHECK(accent.cursor_column == 3);
  const auto emoji = laid_out("👋x", 1, 20);
  CHECK(emoji.cursor_column == 4);
}

TEST_CASE("InputLayout: controls are shown as text, and a line feed begins a row") {
  CHECK(laid_out("a\x01\x1b\x7f", 4, 20).rows == Rows{"a^A^[^?"});
  CHECK(laid_out("a\nbck:b", 1, 20).rows == Rows{"a", "bck:b"});
  CHECK(laid_out("\xE2\x80\xAE", 0, 20).rows == Rows{"\xEF\xBF\xBD"});
}

TEST_CASE("InputLayout: what is secret is stars") {
  bool has_prompt = false;
  CHECK(lay_out(2, {L"kaixo你", 6, true}, {20, 24}, has_prompt).rows == Rows{"******"});
}

TEST_CASE("InputLayout: of too many rows those around the cursor are shown") {
  const std::string text(100, 'x');
  bool has_prompt = false;
  const auto at_end = lay_out(0, {to_wide(text), 100, false}, {10, 4}, has_prompt);
  CHECK(at_end.rows.size() == 3);
  CHECK(at_end.cursor_row == 2);
  CHECK_FALSE(has_prompt);
  const auto at_start = lay_out(0, {to_wide(text), 0, false}, {10, 4}, has_prompt);
  CHECK(at_start.rows.size() == 3);
  CHECK(at_start.cursor_row == 0);
  CHECK(has_prompt);
  for (unsigned rows = 0; rows != 3; ++rows) {
    CHECK(lay_out(0, {to_wide(text), 50, false}, {1, rows}, has_prompt).rows.size() ==
          (rows == 2 ? 1 : 1));
  }
}

TEST_CASE("InputLayout: at every width and cursor, rows fit and the text is whole") {
  const std::wstring text = to_wide("aé你👋กิ่e\xcc\x81 zaharra");
  for (unsigned columns = 2; columns != 30; ++columns) {
    for (std::size_t cursor = 0; cursor <= text.size(); ++cursor) {
      bool has_prompt = false;
      const auto made = lay_out(columns / 2, {text, cursor, false}, {columns, 100}, has_prompt);
      std::string all;
      for (const auto& row : made.rows) all += row;
      CHECK(all == to_utf8(text));
      for (const unsigned width : made.widths) CHECK(width <= columns);
      CHECK(made.cursor_row < made.rows.size());
      CHECK(made.cursor_column < columns);
    }
  }
}

TEST_CASE("Utf8Decoder: characters come in parts, and what is none is dropped") {
  const std::string text = "aé你👋z";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    Utf8Decoder decoder;
    std::wstring out;
    decoder.feed(std::string_view(text).substr(0, cut), out);
    decoder.feed(std::string_view(text).substr(cut), out);
    CHECK(out == L"aé你👋z");
  }
  Utf8Decoder decoder;
  std::wstring out;
  decoder.feed(
      "a\xff\xc0\xe4\xbdz\xed\xa0\x80\xf5"
      "b",
      out);
  CHECK(out == L"azb");
}
