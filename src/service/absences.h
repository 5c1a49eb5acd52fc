// Absences: the places of those whose connection may drop, by their tokens.
//
// Who has a token (/resume) is present; when his connection drops he is absent: for the grace
// (--resume-grace) his name and his rooms are held and nobody is told that he has left; after it he
// has left, and may still come back to what is there of it. Threads: every method may be called
// from any thread; an Absence belongs to whoever has taken it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "room/line_form.h"
#include "room/member.h"
#include "room/names.h"
#include "room/room.h"
#include "service/personal.h"

namespace grotto {

class ChatService;
class Participant;
class Resumption;

/// What somebody had when his connection dropped.
struct Absence {
  struct InRoom {
    std::shared_ptr<Room> held;  // in use for him during the grace; then nullptr
    std::weak_ptr<Room> room;
    Name name;
    AuthorId author = kServer;
    LineNumber next = 0;  // the first line that did not arrive
    bool is_operator = false;
  };
  std::string token;
  Name name;
  std::unique_ptr<const Name> account;
  std::unique_ptr<Personal> personal;
  Look look;
  bool gets_own_lines = false;
  std::vector<InRoom> rooms;           // the last was in focus
  bool is_held = true;                 // nobody was told yet that he has left
  const Resumption* keeper = nullptr;  // of the worker that he went from
};

/// The last lines that somebody says he has read, by the names of their rooms.
using Positions = std::vector<std::pair<std::string, LineNumber>>;

class Absences {
 public:
  /// Beyond it, those who are away for longest cannot come back any more.
  static constexpr std::size_t kAwayMax = 10'000;

  /// Where somebody who has a token is.
  struct Present {
    ChatService* service = nullptr;
    Participant* who = nullptr;  // for that service's worker only
    NameKey held;                // his name, once his input has ended; else nothing
  };

  /// A token for one who is present, of 22 letters and digits; `who` keeps it until leave() or
  /// put().
  [[nodiscard]] std::string come(ChatService& service, Participant& who, std::string token = {});
  /// He has left for good: the token is void.
  void leave(std::string_view token) noexcept;

  /// His input has ended, and his name is held for him.
  void hold(std::string_view token, const NameKey& name) noexcept;

  /// He is away now.
  void put(std::shared_ptr<Absence> absence);
  /// Takes the absence away; nullptr if he is not away, or not from that worker (nullptr: any).
  [[nodiscard]] std::shared_ptr<Absence> take(std::string_view token,
                                              const Resumption* keeper = nullptr);
  /// All who are away, in order of going. For an upgrade: nobody may change them meanwhile.
  [[nodiscard]] std::vector<std::shared_ptr<const Absence>> all() const;
  /// For whom a name is held: his token, and the service that does it.
  struct Held {
    std::string token;
    ChatService* service = nullptr;
  };
  [[nodiscard]] std::optional<Held> find_held(const NameKey& name) const;
  /// Where he is, if he is present.
  [[nodiscard]] std::optional<Present> find(std::string_view token) const;

 private:
  mutable std::mutex mutex_;  // guards what follows
  std::unordered_map<std::string, Present> present_;
  std::unordered_map<std::string, std::shared_ptr<Absence>> away_;
  std::deque<std::string> order_;  // of going away; some may be back
};

}  // namespace grotto
