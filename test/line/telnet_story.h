// What a telnet stream means, told by the codec and by its naive twin.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "line/telnet_codec.h"

namespace grotto::test {

constexpr std::size_t kSubBytesMax = 32;

// What a stream means, one entry an item; data that touches is joined, because a split may cut it.
class Story {
 public:
  void data(std::string_view bytes) {
    if (entries_.empty() || !entries_.back().starts_with("data ")) entries_.emplace_back("data ");
    entries_.back() += bytes;
  }
  void command(unsigned byte) { entries_.push_back("command " + std::to_string(byte)); }
  void negotiation(unsigned verb, unsigned option) {
    entries_.push_back("verb " + std::to_string(verb) + " " + std::to_string(option));
  }
  void subnegotiation(unsigned option, std::string_view bytes) {
    entries_.push_back("sub " + std::to_string(option) + " ");
    entries_.back() += bytes;
  }
  [[nodiscard]] const std::vector<std::string>& entries() const { return entries_; }

 private:
  std::vector<std::string> entries_;
};

inline std::vector<std::string> story_of(const std::vector<std::string>& parts) {
  TelnetCodec codec{kSubBytesMax};
  Story story;
  for (const std::string& part : parts) {
    std::string_view input = part;
    bool is_done = false;
    while (!is_done) {
      const TelnetItem item = codec.next(input);
      switch (item.kind) {
        case TelnetItem::Kind::data: story.data(item.bytes); break;
        case TelnetItem::Kind::command: story.command(static_cast<unsigned>(item.command)); break;
        case TelnetItem::Kind::negotiation:
          story.negotiation(static_cast<unsigned>(item.command), item.option);
          break;
        case TelnetItem::Kind::subnegotiation: story.subnegotiation(item.option, item.bytes); break;
        case TelnetItem::Kind::need_more: is_done = true; break;
      }
    }
    GROTTO_CHECK(input.empty());
  }
  return story.entries();
}

// The naive twin: looks ahead in the whole stream, never keeps a state between bytes.
inline std::vector<std::string> naive_story(std::string_view text) {
  Story story;
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  std::size_t at = 0;
  while (at < text.size()) {
    if (byte(at) != 255) {
      story.data(text.substr(at++, 1));
      continue;
    }
    if (at + 1 == text.size()) break;
    const unsigned command = byte(at + 1);
    if (command == 255) {
      story.data(text.substr(at, 1));
      at += 2;
    } else if (command >= 251) {
      if (at + 2 < text.size()) story.negotiation(command, byte(at + 2));
      at += 3;
    } else if (command != 250) {
      story.command(command);
      at += 2;
    } else {
      at += 2;
      if (at >= text.size()) break;
      const bool has_option = byte(at) != 255;
      const unsigned option = byte(at);
      if (has_option) ++at;
      std::string sub;
      bool has_ended = false;
      // Without an option the IAC that stands in its place is read like any other.
      while (at + 1 < text.size() && !has_ended) {
        if (byte(at) != 255) {
          sub += text[at++];
        } else if (byte(at + 1) == 255) {
          sub += '\xFF';
          at += 2;
        } else if (byte(at + 1) == 240) {
          if (has_option && sub.size() <= kSubBytesMax) story.subnegotiation(option, sub);
          at += 2;
          has_ended = true;
        } else {
          has_ended = true;  // a command of its own, from its IAC on
        }
      }
      if (!has_ended) break;
    }
  }
  return story.entries();
}

}  // namespace grotto::test
