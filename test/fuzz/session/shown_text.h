// What a line shows to who has asked for more than text: telnet, colours, a bell.
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "base/check.h"
#include "line/telnet_codec.h"

namespace grotto::test {

/// Without telnet's commands, a bell, and what moves a cursor or colours text (ECMA-48): what is
/// left must be text.
inline std::string without_controls(std::string_view line) {
  std::string data;
  constexpr std::size_t kSubBytesMax = 64;
  TelnetCodec codec(kSubBytesMax);
  for (;;) {
    const TelnetItem item = codec.next(line);
    if (item.kind == TelnetItem::Kind::need_more) break;
    if (item.kind == TelnetItem::Kind::data) data += item.bytes;
  }
  std::string text;
  for (std::size_t at = 0; at < data.size(); ++at) {
    if (data[at] == '\a' || data[at] == '\b' || data[at] == '\r') continue;
    if (data[at] != '\x1b') {
      text += data[at];
      continue;
    }
    GROTTO_CHECK(data.compare(at, 2, "\x1b[") == 0);
    at = data.find_first_not_of("0123456789;", at + 2);
    GROTTO_CHECK(at != std::string::npos);
    GROTTO_CHECK(std::string_view("mKJABCDGH").find(data[at]) != std::string_view::npos);
  }
  return text;
}

}  // namespace grotto::test
