// JSON lines: the lines of a room as objects for programs; docs/protocol.md describes each.
// Threads: any.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "grotto/framing.h"
#include "room/segment.h"

namespace grotto {

/// Appends the canonical `line` as an object, framed:
/// `{"type":"say","id":41,"room":"lobby","from":"oskar","text":"kaixo","at":"…"}`.
void append_json_line(std::string_view room, LineNumber number, const Entry& entry,
                      std::string_view line, Framing framing, std::string& out);

/// Appends what a member is told that the log has passed by: so many lines of others were skipped.
void append_json_skipped(std::string_view room, std::uint64_t count, Framing framing,
                         std::string& out);

}  // namespace grotto
