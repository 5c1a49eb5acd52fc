// LineKind: what a line of a room's log is, beside its bytes.
#pragma once

#include <cstdint>

namespace grotto {

/// The number of a line in its room's log, from 0; never reused.
using LineNumber = std::uint64_t;
inline constexpr LineNumber kNoLine = ~LineNumber{0};

/// Who wrote a line: unique per member while its lines are in a log. 0 is the server.
using AuthorId = std::uint32_t;
inline constexpr AuthorId kServer = 0;

enum class LineKind : std::uint8_t {
  say,     // `luzmi: kaixo`
  action,  // `* luzmi waves`
  join,    // `luzmi has joined the chat!`
  leave,   // `luzmi has left the chat.`
  rename,  // `luzmi is now known as ana.`
  notice,  // from the server to all
  moves,   // `3 joined, 1 left`
  topic,   // `luzmi changed the topic: bats`, `luzmi removed the topic.`
};  // kept on disk: none may change its number

/// What people said, as opposed to what happened: history counts and replays only this.
[[nodiscard]] constexpr bool is_said(LineKind kind) noexcept {
  return kind == LineKind::say || kind == LineKind::action;
}

}  // namespace grotto
