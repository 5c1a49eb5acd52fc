// Retention: how much of the past is kept: so long, so many lines of a room, so many bytes in all.
// Threads: the store's.
#pragma once

#include <cstddef>
#include <cstdint>

#include "store/database.h"

namespace grotto {

struct Retention {
  std::uint64_t age_ms = 0;  // 0: for ever
  std::uint64_t lines = 0;   // of each room; 0: any number
  std::uint64_t bytes = 0;   // of all rooms; 0: any
};

/// Removes what is kept no longer, oldest first, at most `lines_max` lines, in one transaction. The
/// newest line of a room stays: the numbers go on from it; but that of a room that is kept no
/// longer goes as well. Rooms that the configuration names no longer are treated as the others.
/// Returns how many are gone; fewer than `lines_max` means that nothing is left to remove.
std::size_t remove_old(Database& database, const Retention& retention, std::int64_t now_ms,
                       std::size_t lines_max);

}  // namespace grotto
