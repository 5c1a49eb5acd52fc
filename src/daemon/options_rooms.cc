// The chapter of the option table on rooms: their memory, and how many there may be of what.
#include "daemon/option_values.h"

namespace grotto {

void add_room_options(std::vector<Option>& table) {
  constexpr auto kGroup = OptionGroup::rooms;
  using Size = std::size_t;
  using Time = std::uint64_t;
  table.push_back(limit_bytes(
      "log-memory", "All rooms' kept lines together; the coldest room is trimmed first",
      [](Settings& s) -> Size& { return s.limits.log_memory_bytes; }, kMiB, 1024 * kGiB, kGroup));
  table.push_back(limit_bytes(
      "window-bytes-total", "A room's window: this by its members, within the next two",
      [](Settings& s) -> Size& { return s.limits.window_bytes_total; }, kKiB, 64 * kGiB, kGroup));
  table.push_back(limit_bytes(
      "window-bytes-min", "The least that a room may be ahead of a patient member",
      [](Settings& s) -> Size& { return s.limits.window_bytes_min; }, 8 * kKiB, kGiB, kGroup));
  table.push_back(limit_bytes(
      "window-bytes-max", "The most that a room may be ahead of a patient member",
      [](Settings& s) -> Size& { return s.limits.window_bytes_max; }, 8 * kKiB, kGiB, kGroup));
  table.push_back(limit_count(
      "window-lines-max", "lines", "The same in lines",
      [](Settings& s) -> Size& { return s.limits.window_lines_max; }, 1, 1'000'000, kGroup));
  table.push_back(limit_count(
      "kept-windows", "windows", "Of a room's last lines so much is kept in memory",
      [](Settings& s) -> Size& { return s.limits.kept_windows; }, 1, 1'000, kGroup));
  table.push_back(limit_time(
      "patience", "A room waits so long for a blocked member",
      [](Settings& s) -> Time& { return s.limits.patience_ms; }, 1, kGroup));
  table.push_back(limit_time(
      "patience-newcomer", "And so long for one that is new",
      [](Settings& s) -> Time& { return s.limits.patience_newcomer_ms; }, 1, kGroup));
  table.push_back(limit_time(
      "newcomer", "Caught up for so long: new no longer",
      [](Settings& s) -> Time& { return s.limits.newcomer_ms; }, 1, kGroup));
  table.push_back(limit_time(
      "forgiven", "Caught up for so long after being slow: waited for again",
      [](Settings& s) -> Time& { return s.limits.forgiven_ms; }, 1, kGroup));
  table.push_back(limit_count(
      "rooms-max", "rooms", "Rooms at once",
      [](Settings& s) -> Size& { return s.limits.rooms_max; }, 1, 10'000'000, kGroup));
  table.push_back(limit_count(
      "rooms-per-person", "rooms", "Rooms that one member may be in",
      [](Settings& s) -> Size& { return s.limits.rooms_per_person_max; }, 1, 1'000, kGroup));
  table.push_back(limit_count(
      "rooms-per-address", "rooms", "Open rooms that were founded from one address",
      [](Settings& s) -> Size& { return s.limits.rooms_per_address_max; }, 1, 10'000'000, kGroup));
  table.push_back(limit_count(
      "rooms-listed-max", "rooms", "Rooms in a list of them",
      [](Settings& s) -> Size& { return s.limits.rooms_listed_max; }, 1, 1'000, kGroup));
  table.push_back(limit_count(
      "entries-listed-max", "entries", "Entries in a list of bans, connections or endings",
      [](Settings& s) -> Size& { return s.limits.entries_listed_max; }, 1, 1'000, kGroup));
  table.push_back(limit_count(
      "restored-lines-max", "lines", "Of a kept room, in memory again after a start",
      [](Settings& s) -> Size& { return s.limits.restored_lines_max; }, 0, 1'000'000, kGroup));
  table.push_back(limit_bytes(
      "restored-bytes-max", "The same in bytes",
      [](Settings& s) -> Size& { return s.limits.restored_bytes_max; }, 0, kGiB, kGroup));
  table.push_back(limit_time(
      "resume-grace", "Who comes back by /resume so soon has not left",
      [](Settings& s) -> Time& { return s.limits.resume_grace_ms; }, 1, kGroup));
  table.push_back(limit_count(
      "accounts-max", "accounts", "Registered names",
      [](Settings& s) -> Size& { return s.limits.accounts_max; }, 0, 10'000'000, kGroup));
  table.push_back(limit_count(
      "access-entries-max", "entries", "Names and networks in each list of bans and mutes",
      [](Settings& s) -> Size& { return s.limits.access_entries_max; }, 1, 1'000'000, kGroup));
  table.push_back(limit_count(
      "kept-rooms-max", "rooms", "Founded rooms that may stay when nobody is in them",
      [](Settings& s) -> Size& { return s.limits.kept_rooms_max; }, 0, 1'000'000, kGroup));
  table.push_back(limit_count(
      "members-listed-max", "members", "Names in the list of a room's members, to who asks",
      [](Settings& s) -> Size& { return s.limits.members_listed_max; }, 1, 1'000, kGroup));
  table.push_back(limit_count(
      "arrival-listed-max", "members", "Names in the list of a room's members, to who comes in",
      [](Settings& s) -> Size& { return s.limits.arrival_listed_max; }, 1, 1'000, kGroup));
  table.push_back(limit_count(
      "quiet-room-members", "members", "In larger rooms joins and leaves are told once a second",
      [](Settings& s) -> Size& { return s.limits.quiet_room_members; }, 1, 10'000'000, kGroup));
}

}  // namespace grotto
