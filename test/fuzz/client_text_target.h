// What must hold of any bytes of a server, however hostile, once the client has made lines and
// messages of them: nothing but text is shown. Threads: pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/check.h"
#include "client/chat/mention.h"
#include "client/chat/message.h"
#include "client/chat/phrasing.h"
#include "client/chat/room_book.h"
#include "client/pipe/entrance.h"
#include "client/terminal/input_layout.h"
#include "client/terminal/painter.h"
#include "client/terminal/wide_text.h"
#include "line/line_framer.h"
#include "line/text.h"

namespace grotto::client::test {

inline void check_shown(const ShownLine& line) {
  for (const Part& part : line.parts) GROTTO_CHECK(is_clean(part.text));
  // Without colours there is a bell at most, and the line end.
  std::string_view painted;
  const std::string bytes = Painter(false).paint(line);
  painted = bytes;
  if (line.rings) painted.remove_prefix(1);
  GROTTO_CHECK(painted.ends_with('\n'));
  GROTTO_CHECK(is_clean(painted.substr(0, painted.size() - 1)));
  static_cast<void>(Painter(true).paint(line));
}

inline void check_typed(std::string_view bytes) {
  Utf8Decoder decoder;
  TypedLine typed;
  decoder.feed(bytes.substr(0, 200), typed.text);
  typed.cursor = typed.text.size() / 2;
  for (const unsigned columns : {2U, 7U, 80U}) {
    bool has_prompt = false;
    const InputLayout made = lay_out(columns / 2, typed, {columns, 50}, has_prompt);
    for (const unsigned width : made.widths) GROTTO_CHECK(width <= columns);
    for (const std::string& row : made.rows) GROTTO_CHECK(is_clean(row));
    GROTTO_CHECK(made.cursor_row < made.rows.size() && made.cursor_column < columns);
  }
}

/// Takes the bytes as a server's. A CHECK fails, or a sanitizer reports, where something does not
/// hold.
inline void fuzz_client_text(std::string_view bytes) {
  check_typed(bytes);
  LineFramer framer(4096);
  RoomBook book;
  Options options;
  options.name = "ana";
  options.room = "cave";
  Entrance plain(options, "");
  options.is_json = true;
  Entrance objects(options, "");
  std::string_view line;
  for (;;) {
    const auto next = framer.next(bytes, line);
    if (next == LineFramer::Next::need_more) break;
    if (next != LineFramer::Next::line) continue;
    static_cast<void>(plain.on_line(line));
    static_cast<void>(objects.on_line(line));
    GROTTO_CHECK(is_clean(plain.sentence()) && is_clean(objects.sentence()));
    check_shown(own_words(std::string(line)));
    const auto message = Message::parse(line);
    if (!message) continue;
    static_cast<void>(book.take(*message));
    check_shown(phrase(*message, {book.my_name(), book.focus()}));
    GROTTO_CHECK(is_clean(book.my_name()) && is_clean(book.focus()));
    for (const std::string& name : book.names_like("")) GROTTO_CHECK(is_clean(name));
  }
}

}  // namespace grotto::client::test
