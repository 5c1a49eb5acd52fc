#include "room/json_line.h"

#include <algorithm>

#include "base/json_object.h"
#include "base/numbers.h"
#include "base/time_text.h"
#include "line/frame.h"
#include "room/line_parts.h"

namespace grotto {

namespace {

std::string_view type_of(LineKind kind) noexcept {
  switch (kind) {
    case LineKind::say: return "say";
    case LineKind::action: return "me";
    case LineKind::join: return "join";
    case LineKind::leave: return "leave";
    case LineKind::rename: return "nick";
    case LineKind::topic: return "topic";
    case LineKind::notice:
    case LineKind::moves: break;
  }
  return "notice";
}

/// What follows `mark`; empty if it is not there.
std::string_view after(std::string_view text, std::string_view mark) noexcept {
  const std::size_t at = text.find(mark);
  return at == std::string_view::npos ? std::string_view() : text.substr(at + mark.size());
}

/// `luzmi is now known as ana.`
std::string_view new_name(std::string_view text) noexcept {
  std::string_view name = after(text, " is now known as ");
  if (name.ends_with('.')) name.remove_suffix(1);
  return name;
}

/// `3 joined, 1 left`, of which either part may be missing.
std::uint64_t count_before(std::string_view text, std::string_view mark) noexcept {
  const std::size_t end = text.find(mark);
  if (end == std::string_view::npos) return 0;
  const std::size_t blank = text.substr(0, end).rfind(' ');
  const std::size_t start = blank == std::string_view::npos ? 0 : blank + 1;
  return parse_whole(text.substr(start, end - start)).value_or(0);
}

}  // namespace

void append_json_line(std::string_view room, LineNumber number, const Entry& entry,
                      std::string_view line, Framing framing, std::string& out) {
  const std::size_t start = out.size();
  const LineParts parts = parts_of(entry.kind(), line);
  JsonObject object(out);
  object.text("type", type_of(entry.kind())).number("id", number).text("room", room);
  if (!parts.from.empty()) object.text("from", parts.from);
  switch (entry.kind()) {
    case LineKind::rename: object.text("to", new_name(parts.text)); break;
    case LineKind::topic: object.text("topic", after(parts.text, ": ")); break;
    case LineKind::leave:
      if (const auto why = after(parts.text, ": "); !why.empty()) object.text("reason", why);
      break;
    case LineKind::moves:
      object.number("joined", count_before(parts.text, " joined"));
      object.number("left", count_before(parts.text, " left"));
      break;
    case LineKind::say:
    case LineKind::action:
    case LineKind::join:
    case LineKind::notice: break;
  }
  object.text("text", parts.text).moment("at", entry.at_ms).end();
  end_frame(framing, out, start, number);
}

void append_json_skipped(std::string_view room, std::uint64_t count, Framing framing,
                         std::string& out) {
  const std::size_t start = out.size();
  JsonObject(out)
      .text("type", "skipped")
      .text("room", room)
      .number("count", count)
      .moment("at", wall_clock_ms())
      .end();
  end_frame(framing, out, start);
}

}  // namespace grotto
