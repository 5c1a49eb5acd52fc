#include "store/retention.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace grotto {

namespace {

using Room = Database::KeptRoom;

/// Before which line the room's lines may go: the newest stays, unless the room is kept no longer.
LineNumber end_of_removable(const Room& room, LineNumber newest) noexcept {
  return room.is_named ? newest : newest + 1;
}

/// Before which line the room's lines are too old or too many; as far as the next step goes.
LineNumber end_of_old(Database& database, const Retention& retention, const Room& room,
                      std::int64_t now_ms, std::size_t step) {
  const auto oldest = database.oldest(room.number);
  const auto newest = database.newest(room.number);
  if (!oldest || !newest) return 0;
  LineNumber end = 0;
  if (retention.lines > 0 && *newest + 1 > retention.lines) end = *newest + 1 - retention.lines;
  const std::int64_t since_ms = now_ms - static_cast<std::int64_t>(retention.age_ms);
  if (retention.age_ms > 0 && oldest->at_ms < since_ms) {
    end = std::max(end, database.first_since(room.number, since_ms, step));
  }
  return std::min(end, end_of_removable(room, *newest));
}

/// The room whose oldest line is the oldest of all, among those that have some to remove.
std::optional<Room> room_with_oldest(Database& database, const std::vector<Room>& rooms) {
  std::optional<Room> found;
  std::int64_t oldest_ms = 0;
  for (const Room& room : rooms) {
    const auto oldest = database.oldest(room.number);
    if (!oldest) continue;
    if (oldest->line == end_of_removable(room, database.newest(room.number).value_or(0))) continue;
    if (!found || oldest->at_ms < oldest_ms) {
      found = room;
      oldest_ms = oldest->at_ms;
    }
  }
  return found;
}

}  // namespace

std::size_t remove_old(Database& database, const Retention& retention, std::int64_t now_ms,
                       std::size_t lines_max) {
  std::size_t removed = 0;
  database.begin();
  try {
    const std::vector<Room> rooms = database.rooms();
    for (const Room& room : rooms) {
      if (removed >= lines_max) break;
      const std::size_t step = lines_max - removed;
      const LineNumber end = end_of_old(database, retention, room, now_ms, step);
      removed += database.remove(room.number, end, step);
    }
    constexpr std::size_t kStep = 1'000;
    while (retention.bytes > 0 && removed < lines_max &&
           database.bytes_in_use() > retention.bytes) {
      const auto room = room_with_oldest(database, rooms);
      if (!room) break;
      const LineNumber newest = database.newest(room->number).value_or(0);
      const std::size_t gone = database.remove(room->number, end_of_removable(*room, newest),
                                               std::min(kStep, lines_max - removed));
      if (gone == 0) break;
      removed += gone;
    }
    database.commit();
  } catch (...) {
    database.roll_back();
    throw;
  }
  return removed;
}

}  // namespace grotto
