// Discipline: who is kept out, silenced or sent away, and how that is told.
// Threads: the worker's of `who`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "room/access_list.h"
#include "room/names.h"

namespace grotto {

class ChatService;
class Participant;
class Room;
class Seat;

constexpr std::size_t kReasonBytesMax = 200;

/// Tells if `who` is no operator of the room in focus, nor of the server.
[[nodiscard]] bool is_operator_or_told(ChatService& chat, Participant& who);

/// `who` did something that /undo takes back by `undo`, which may run on any thread; `undone` is
/// told then.
void note_act(ChatService& chat, Participant& who, std::string undone, std::function<void()> undo);

/// Whether what an entry says is said of `who`: by his name, his account or his address.
[[nodiscard]] bool is_meant(Participant& who, const AccessTarget& target);

/// The entry of a list for `who`, under the name that he has or is about to take.
[[nodiscard]] std::optional<AccessEntry> find_entry(Participant& who, const AccessList& list,
                                                    const NameKey& key);

/// Ends the session if its address is banned from the server; true if so. One line of the log.
bool turn_away_address(ChatService& chat, Participant& who);
/// The same for who comes in under that name, or takes it; at the entrance a locked lobby too,
/// unless he only comes back (`is_new`).
bool turn_away(ChatService& chat, Participant& who, const Name& name, bool is_new = true);

/// Whether `who` may come into the room; tells if not. Operators of the server may; a lock is for
/// those who are new.
[[nodiscard]] bool may_enter(ChatService& chat, Participant& who, Room& room, bool is_new = true);

/// Whether `who` may say a line in the room in focus now; tells if not.
[[nodiscard]] bool may_say_line(ChatService& chat, Participant& who);
/// Whether `who` may write to others in private; tells if not.
[[nodiscard]] bool may_write(ChatService& chat, Participant& who);

/// Sends `who` away: he reads `reason`, the others that he has left, and `message`.
void expel(ChatService& chat, Participant& who, std::string_view reason, std::string_view message);
/// Takes `who` out of one room, or away if he is in no other.
void remove_from_room(ChatService& chat, Participant& who, Seat& seat, std::string_view reason,
                      std::string_view message);

/// " until 2026-11-21 14:03: spam", or what of it there is.
[[nodiscard]] std::string terms(const AccessEntry& entry);

}  // namespace grotto
