// Conversations: what a dialect makes of what a server says, however it is cut.
#pragma once

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "load/check/payload.h"
#include "load/dialect/dialect.h"

namespace grotto::load::testing {

using Kind = Frame::Kind;

constexpr std::uint32_t kNonce = 0xABCDE;  // "abcde-" and, for IRC, "gmr"

/// A frame that outlives its bytes.
struct Heard {
  Kind kind;
  std::string text;
  std::string lead;
  std::uint64_t number;
  friend bool operator==(const Heard&, const Heard&) = default;
};

struct Conversation {
  std::vector<Heard> frames;
  std::string answers;
  std::string rest;
};

/// All that `dialect` makes of what a server says, given to it in pieces that end at `cuts`.
inline Conversation listen(const Dialect& dialect, std::string_view words, std::size_t cut,
                           std::size_t every = 0, Talk talk = {.member = 7}) {
  Conversation result;
  std::string bytes;
  const auto read_all = [&] {
    for (;;) {
      const Frame frame = dialect.next(talk, bytes, result.answers);
      if (frame.kind == Kind::incomplete) {
        CHECK(frame.size == 0);
        return;
      }
      REQUIRE(frame.size <= bytes.size());
      if (frame.size == 0) REQUIRE(frame.kind == Kind::ready);
      result.frames.push_back(
          {frame.kind, std::string(frame.text), std::string(frame.lead), frame.number});
      bytes.erase(0, frame.size);
    }
  };
  for (std::size_t at = 0; at < words.size(); ++at) {
    bytes += words[at];
    if (at + 1 == cut || (every > 0 && at % every == 0)) read_all();
  }
  read_all();
  result.rest = bytes;
  return result;
}

inline std::string text_of(std::uint64_t sequence, std::uint32_t sender = 3,
                           std::size_t size = 50) {
  std::string text(size, ' ');
  write_payload({.tag = 99, .sender = sender, .sequence = sequence}, text.data(), size);
  return text;
}

/// Says the same however the bytes are cut.
inline Conversation check_cuts(const Dialect& dialect, std::string_view words,
                               Talk talk = {.member = 7}) {
  const Conversation whole = listen(dialect, words, words.size(), 0, talk);
  for (std::size_t cut = 0; cut < words.size(); ++cut) {
    const Conversation split = listen(dialect, words, cut, 0, talk);
    CHECK(split.frames == whole.frames);
    CHECK(split.answers == whole.answers);
  }
  CHECK(listen(dialect, words, 0, 1, talk).frames == whole.frames);
  CHECK(whole.rest.empty());
  return whole;
}

inline std::vector<Kind> kinds(const Conversation& conversation) {
  std::vector<Kind> all;
  for (const Heard& each : conversation.frames) all.push_back(each.kind);
  return all;
}

inline std::string greeting(const Dialect& dialect, const Talk& talk = {.member = 7}) {
  std::string out;
  dialect.greet(talk, out);
  return out;
}

inline std::string sent(const Dialect& dialect, const std::string& text) {
  std::string head(Dialect::kHeadBytesMax, '?');
  const Talk talk{.member = 7};
  head.resize(dialect.write_head(talk, text.size(), head.data()));
  return head + text + std::string(dialect.tail());
}

}  // namespace grotto::load::testing
