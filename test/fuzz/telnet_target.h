// What the fuzzer of telnet does with each input, and line_test with its corpus: the codec says
// what its naive twin says; the server's half of the conversation is the same in whatever pieces,
// answers no more than it was asked, and ends. The first byte's lowest bit: the server begins; its
// others: the size of the pieces. Threads: no state; any.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "../line/telnet_story.h"
#include "base/check.h"
#include "line/telnet.h"
#include "line/text.h"

namespace grotto::test {

inline std::vector<std::string> cut_into(std::string_view text, std::size_t piece_bytes) {
  std::vector<std::string> pieces;
  for (; !text.empty(); text.remove_prefix(pieces.back().size())) {
    pieces.emplace_back(text.substr(0, piece_bytes));
  }
  return pieces;
}

/// What came of a conversation.
struct TelnetTalk {
  explicit TelnetTalk(bool begins) {
    if (begins) telnet.start(replies);
    begun_bytes = replies.size();
  }
  void take(std::string_view bytes) {
    const std::string copy(bytes);
    std::string_view input = copy;
    std::string_view data;
    for (;;) {
      const std::size_t before = input.size();
      const Telnet::Step step = telnet.next(input, data, replies);
      if (step == Telnet::Step::need_more) break;
      GROTTO_CHECK(input.size() < before);
      if (step == Telnet::Step::data) typed += data;
      if (step == Telnet::Step::drop_line) typed += "<drop>";
      if (step == Telnet::Step::erase_character) typed += "<back>";
    }
    GROTTO_CHECK(input.empty());
    GROTTO_CHECK(telnet.terminal().size() <= 40 && is_clean(telnet.terminal()));
    GROTTO_CHECK(telnet.columns() > 0 && telnet.rows() > 0);
  }
  Telnet telnet{kSubBytesMax};
  std::string typed;
  std::string replies;
  std::size_t begun_bytes = 0;
};

inline void fuzz_telnet(std::string_view text) {
  if (text.empty()) return;
  const auto first = static_cast<unsigned char>(text.front());
  text.remove_prefix(1);
  const std::vector<std::string> pieces = cut_into(text, 1 + first / 2U);
  const auto story = story_of({std::string(text)});
  GROTTO_CHECK(story == story_of(pieces));
  GROTTO_CHECK(story == naive_story(text));

  const bool begins = (first & 1U) != 0;
  TelnetTalk whole(begins);
  TelnetTalk cut(begins);
  whole.take(text);
  for (const std::string& piece : pieces) cut.take(piece);
  GROTTO_CHECK(whole.typed == cut.typed && whole.replies == cut.replies);
  GROTTO_CHECK(whole.telnet.is_character_mode() == cut.telnet.is_character_mode());
  GROTTO_CHECK(whole.telnet.columns() == cut.telnet.columns());
  GROTTO_CHECK(whole.telnet.terminal() == cut.telnet.terminal());
  // The most for the least: AYT is 2 bytes and [yes] CR LF 7; WILL TTYPE is 3 and gets 9.
  GROTTO_CHECK(whole.replies.size() - whole.begun_bytes <= 4 * text.size());
  // What the server says is telnet as well, with nothing half.
  TelnetCodec codec(kSubBytesMax);
  std::string_view said = whole.replies;
  for (;;) {
    const TelnetItem item = codec.next(said);
    if (item.kind == TelnetItem::Kind::need_more) break;
    if (item.kind == TelnetItem::Kind::data) {
      GROTTO_CHECK(item.bytes.find_first_not_of("[yes]\r\n") == std::string_view::npos);
    }
  }
  std::string hidden;
  whole.telnet.hide(true, hidden);
  whole.telnet.hide(false, hidden);
  GROTTO_CHECK(hidden.size() <= 12);
}

}  // namespace grotto::test
