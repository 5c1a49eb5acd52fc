// Mentions: whose names a said line has in it, found once per line and worker.
//
// A name is found as people write it: `Luzmi`, `@luzmi:`, `luzmi's`; folded as names are when they
// are compared. Threads: one worker's.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "room/line_kind.h"
#include "room/names.h"
#include "room/room.h"

namespace grotto {

class Mentions {
 public:
  /// Words of a line that are looked at, from its beginning.
  static constexpr std::size_t kWordsMax = 200;

  /// `names` outlives it.
  explicit Mentions(const NameRules& names) noexcept : names_(names) {}

  /// Whether `text`, what was said in line `line` of `room`, has that name in it.
  [[nodiscard]] bool has(const Room& room, LineNumber line, std::string_view text,
                         const NameKey& key);

  /// Rooms may go from here on: what was found is forgotten.
  void forget() noexcept;

 private:
  struct Found {
    const Room* room = nullptr;
    LineNumber line = 0;
    std::vector<std::uint64_t> words;  // NameKey::folded
  };
  void look(std::string_view text, std::vector<std::uint64_t>& words) const;

  const NameRules& names_;
  std::array<Found, 64> lines_;  // by the line's number
  bool is_empty_ = true;
};

}  // namespace grotto
