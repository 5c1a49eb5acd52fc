#include "store/retention.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace grotto {

namespace {

using RoomNumber = Archive::RoomNumber;

/// Before which line the room's lines are too old or too many; as far as the next step goes.
LineNumber end_of_old(Database& database, const Retention& retention, RoomNumber room,
                      std::int64_t now_ms, std::size_t step) {
  const auto oldest = database.oldest(room);
  const auto newest = database.newest(room);
  if (!oldest || !newest) return 0;
  LineNumber end = 0;
  if (retention.lines > 0 && *newest + 1 > retention.lines) end = *newest + 1 - retention.lines;
  const std::int64_t since_ms = now_ms - static_cast<std::int64_t>(retention.age_ms);
  if (retention.age_ms > 0 && oldest->at_ms < since_ms) {
    end = std::max(end, database.first_since(room, since_ms, step));
  }
  return std::min(end, *newest);
}

/// The room whose oldest line is the oldest of all, among those that have more than one.
std::optional<RoomNumber> room_with_oldest(Database& database,
                                           const std::vector<RoomNumber>& rooms) {
  std::optional<Database::Oldest> found;
  for (const RoomNumber room : rooms) {
    const auto oldest = database.oldest(room);
    if (!oldest || oldest->line == database.newest(room)) continue;
    if (!found || oldest->at_ms < found->at_ms) found = oldest;
  }
  if (!found) return std::nullopt;
  return found->room;
}

}  // namespace

std::size_t remove_old(Database& database, const Retention& retention, std::int64_t now_ms,
                       std::size_t lines_max) {
  std::size_t removed = 0;
  database.begin();
  try {
    const std::vector<RoomNumber> rooms = database.rooms();
    for (const RoomNumber room : rooms) {
      if (removed >= lines_max) break;
      const std::size_t step = lines_max - removed;
      const LineNumber end = end_of_old(database, retention, room, now_ms, step);
      removed += database.remove(room, end, step);
    }
    constexpr std::size_t kStep = 1'000;
    while (retention.bytes > 0 && removed < lines_max &&
           database.bytes_in_use() > retention.bytes) {
      const auto room = room_with_oldest(database, rooms);
      if (!room) break;
      const LineNumber newest = database.newest(*room).value_or(0);
      const std::size_t gone = database.remove(*room, newest, std::min(kStep, lines_max - removed));
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
