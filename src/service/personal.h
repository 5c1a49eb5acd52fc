// Personal: what few people have set: whom they ignore, when they want a bell, that they are away.
// Who has set none of it has no such block.
// Threads: one worker's. Lifetime: its participant's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "room/line_filter.h"
#include "room/names.h"

namespace grotto {

class StateReader;
class StateWriter;

enum class Bell : std::uint8_t { off, mention, on };

class Personal final : public LineFilter {
 public:
  static constexpr std::size_t kIgnoredMax = 100;
  static constexpr std::size_t kAwayBytesMax = 200;

  /// `names` outlives it.
  explicit Personal(const NameRules& names) noexcept : names_(names) {}

  Bell bell = Bell::off;
  std::uint64_t rang_in_tick = 0;  // ChatService::tick(): once in each is enough
  bool is_quiet = false;           // reads no joins and leaves
  bool is_away = false;
  std::string away;          // why
  std::string written_by;    // who wrote to him last
  std::uint32_t writer = 0;  // Participant::number() of that one: names change hands

  // ---- Who is ignored ----

  /// False if kIgnoredMax are ignored already.
  [[nodiscard]] bool ignore(const Name& name);
  /// False if nobody like that is ignored.
  [[nodiscard]] bool stop_ignoring(const NameKey& key);
  /// Whether a name is ignored, or one that looks like it.
  [[nodiscard]] bool ignores(const NameKey& key) const noexcept;
  [[nodiscard]] const std::vector<Name>& ignored() const noexcept { return ignored_; }

  /// Of who is ignored and present: his lines in that room stay hidden whatever he calls himself.
  void ignore(const Name& name, const Room& room, AuthorId author);
  /// He who reads has left that room: the numbers of its authors mean nothing any more.
  void forget(const Room& room) noexcept;

  /// For an upgrade (person_state.cc). Who is ignored by his number in a room is then ignored by
  /// his name only.
  void save(StateWriter& state) const;
  void restore(StateReader& state);

  /// Whether hides() has anything to do.
  [[nodiscard]] bool is_filter() const noexcept { return is_quiet || !ignored_.empty(); }

  // LineFilter. A name is judged as it stands in the line, so that lines of others who had it, or
  // will have it, are not mistaken; an author by his number.
  [[nodiscard]] bool hides(const Room* room, AuthorId author, LineKind kind,
                           std::string_view line) noexcept override;

 private:
  static constexpr std::size_t kJudgedMax = 256;
  [[nodiscard]] bool ignores(std::string_view name);
  struct Author {
    const Room* room = nullptr;
    AuthorId author = kServer;
    NameKey name;  // by which he was ignored
  };
  static constexpr std::size_t kAuthorsMax = 1'000;

  const NameRules& names_;
  std::vector<Name> ignored_;
  std::vector<Author> authors_;
  std::unordered_map<std::string, bool> judged_;  // names seen lately, and whether they are ignored
};

}  // namespace grotto
