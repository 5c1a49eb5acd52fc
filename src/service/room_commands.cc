#include "service/room_commands.h"

#include <fmt/format.h>

#include <optional>
#include <variant>

#include "service/chat_service.h"
#include "service/commands.h"
#include "service/discipline.h"
#include "service/people_commands.h"
#include "service/person_lines.h"
#include "service/refusal.h"

namespace grotto {

std::string people(std::size_t count) {
  return count == 1 ? "1 person" : fmt::format("{} people", count);
}

namespace {

/// The name of a room; tells what is wrong with it if it is none.
std::optional<Name> read_room_name(ChatService& chat, Participant& who, std::string_view word) {
  if (word.starts_with('#')) word.remove_prefix(1);
  auto checked = chat.names().check(word);
  if (auto* const name = std::get_if<Name>(&checked)) return std::move(*name);
  const std::string_view fault = sentence(std::get<NameFault>(checked));
  refuse(who, "bad-name", fmt::format("That is no name for a room. {}", fault));
  return std::nullopt;
}

/// The seat of `who` in the room of that name.
Seat* find_seat(ChatService& chat, Participant& who, const Name& name) {
  const auto room = chat.lobby().find_room(name.key);
  return room == nullptr ? nullptr : who.seat_in(*room);
}

/// The seat in the room that `word` names, or in the one in focus if it is empty; tells if there is
/// none.
Seat* read_seat(ChatService& chat, Participant& who, std::string_view word) {
  if (word.empty()) return &who.focus();
  const auto name = read_room_name(chat, who, word);
  if (!name) return nullptr;
  Seat* const seat = find_seat(chat, who, *name);
  if (seat == nullptr) {
    refuse(who, "not-in-room", fmt::format("You are not in a room {}.", name->text));
  }
  return seat;
}

std::string_view name_of(const Seat& seat) {
  return seat.room()->room().name();
}

/// `earlier`: how many lines of before he reads.
void tell_room(ChatService& chat, Participant& who, Seat& seat, std::size_t earlier) {
  Room& room = seat.room()->room();
  const Topic topic = room.rules().topic();
  if (!topic.text.empty()) tell_topic(who, room, topic, fmt::format("Topic: {}", topic.text));
  tell_arrival(who, seat, {"Also here: ", "Nobody else is here.", earlier},
               chat.limits().arrival_listed_max);
}

/// What counts for Limits::rooms_per_address_max; nothing from where nothing is counted.
std::optional<std::array<std::uint8_t, 16>> counted_address(ChatService& chat, Participant& who) {
  const Address peer = Address::from_host(who.session().peer_host());
  if (chat.limits().is_exempt(peer)) return std::nullopt;
  return peer.limit_key();
}

void refuse_founding(ChatService& chat, Participant& who, Lobby::FoundingFault fault) {
  if (fault == Lobby::FoundingFault::too_many) {
    return refuse(who, "too-many-rooms", "The server has as many rooms as it may have.");
  }
  refuse(who, "too-many-rooms",
         fmt::format("There are {} rooms from your address already, which is the most.",
                     chat.limits().rooms_per_address_max));
}

}  // namespace

// ---- In and out --------------------------------------------------------------------------------

void run_join(ChatService& chat, Participant& who, std::string_view arguments) {
  const std::string_view word = take_word(arguments);
  const std::string_view password = arguments;
  if (word.empty()) return refuse(who, "usage", "Say which room: /join ROOM [PASSWORD]");
  const auto name = read_room_name(chat, who, word);
  if (!name) return;
  if (password.size() > RoomRules::kPasswordBytesMax) {
    return refuse(who, "too-long",
                  fmt::format("A password has at most {} bytes.", RoomRules::kPasswordBytesMax));
  }
  if (Seat* const seat = find_seat(chat, who, *name)) {
    who.focus_on(*seat);
    return who.tell(fmt::format("You are in {} already: your lines go there now.", name_of(*seat)));
  }
  const std::size_t rooms_max = chat.limits().rooms_per_person_max;
  if (who.rooms() >= rooms_max) {
    return refuse(
        who, "too-many-rooms",
        fmt::format("You are in {} rooms, which is the most: /leave one first.", rooms_max));
  }
  Lobby::FoundingFault fault{};
  LocalRoom* const local = chat.rooms().open(*name, {password, counted_address(chat, who)}, &fault);
  if (local == nullptr) return refuse_founding(chat, who, fault);
  Room& room = local->room();
  const bool is_new = room.is_new();
  if (!may_enter(chat, who, room)) return;
  switch (room.rules().admit(who.key(), password)) {
    case RoomRules::Verdict::welcome: break;
    case RoomRules::Verdict::wants_password:
      return refuse(
          who, "room-password",
          fmt::format("{} asks for a password: /join {} PASSWORD", room.name(), room.name()));
    case RoomRules::Verdict::wrong_password:
      return refuse(who, "room-password",
                    fmt::format("That is not the password of {}.", room.name()));
    case RoomRules::Verdict::wants_invitation:
      return refuse(who, "invitation-only",
                    fmt::format("{} is private: somebody there has to invite you.", room.name()));
  }
  const std::size_t earlier = chat.take_seat(who, *local, " has joined the room.");
  if (who.account() != nullptr && chat.shared().kept_rooms.is_operator(room, who.account()->text)) {
    room.set_operator(who.focus(), true);
  }
  who.tell(is_new ? fmt::format("You founded the room {} and are its operator.", room.name())
                  : fmt::format("You are in {} now, and your lines go there.", room.name()));
  tell_room(chat, who, who.focus(), earlier);
}

void run_leave(ChatService& chat, Participant& who, std::string_view arguments) {
  Seat* const seat = read_seat(chat, who, take_word(arguments));
  if (seat == nullptr) return;
  if (who.rooms() == 1) {
    return refuse(who, "only-room", "You are in no other room; to leave the chat, type /quit.");
  }
  const std::string left(name_of(*seat));
  chat.leave_room(who, *seat);
  who.tell(fmt::format("You left {}; your lines go to {}.", left, name_of(who.focus())));
}

void tell_focus(Participant& who) {
  std::string others;
  who.for_each_seat([&](Seat& seat) {
    if (&seat == &who.focus()) return;
    others += others.empty() ? "; you are also in " : ", ";
    others += name_of(seat);
  });
  who.tell(fmt::format("Your lines go to {}{}.", name_of(who.focus()), others));
}

void run_focus(ChatService& chat, Participant& who, std::string_view arguments) {
  const std::string_view word = take_word(arguments);
  if (!word.empty()) {
    Seat* const seat = read_seat(chat, who, word);
    if (seat == nullptr) return;
    who.focus_on(*seat);
  }
  tell_focus(who);
}

// ---- What there is -----------------------------------------------------------------------------

void run_rooms(ChatService& chat, Participant& who, std::string_view /*arguments*/) {
  std::size_t more = 0;
  const auto rooms = chat.lobby().list_rooms(chat.limits().rooms_listed_max, more);
  const auto tell = [&](std::string_view name, std::size_t members, std::string_view mark,
                        std::string_view topic) {
    who.tell(fmt::format("  {}: {}{}{}{}", name, people(members), mark, topic.empty() ? "" : ": ",
                         topic));
  };
  who.tell("Rooms:");
  for (const auto& room : rooms) {
    tell(room.name, room.members, room.has_password ? ", with a password" : "", room.topic);
  }
  who.for_each_seat([&](Seat& seat) {
    Room& room = seat.room()->room();
    if (!room.rules().is_private()) return;
    tell(room.name(), room.members(), ", private", room.rules().topic().text);
  });
  if (more > 0) who.tell(fmt::format("  and {} more", more));
}

void run_who(ChatService& chat, Participant& who, std::string_view arguments) {
  const std::string_view word = take_word(arguments);
  std::shared_ptr<Room> other;
  Room* room = &who.room().room();
  if (!word.empty()) {
    const auto name = read_room_name(chat, who, word);
    if (!name) return;
    other = chat.lobby().find_room(name->key);
    if (other == nullptr || (other->rules().is_private() && who.seat_in(*other) == nullptr)) {
      return refuse(who, "no-such-room", fmt::format("There is no room {}.", name->text));
    }
    room = other.get();
  }
  const std::size_t members = room->members();
  const std::string where = room == &who.room().room() ? "here" : "in " + room->name();
  const std::size_t listed_max = chat.limits().members_listed_max;
  const std::string sentence =
      members == 0 ? fmt::format("Nobody is {}.", where)
                   : fmt::format("{} {} {}: {}", people(members), members == 1 ? "is" : "are",
                                 where, room->list_names(nullptr, listed_max));
  tell_names(who, *room, sentence, listed_max);
}

// ---- What it is like ---------------------------------------------------------------------------

void run_topic(ChatService& chat, Participant& who, std::string_view arguments) {
  LocalRoom& local = who.room();
  RoomRules& rules = local.room().rules();
  if (arguments.empty()) {
    const Topic topic = rules.topic();
    const std::string& room = local.room().name();
    return tell_topic(who, local.room(), topic,
                      topic.text.empty() ? fmt::format("{} has no topic.", room)
                      : topic.by.empty()
                          ? fmt::format("Topic of {}: {}", room, topic.text)
                          : fmt::format("Topic of {}, by {}: {}", room, topic.by, topic.text));
  }
  if (!is_operator_or_told(chat, who)) return;
  if (arguments.size() > RoomRules::kTopicBytesMax) {
    return refuse(who, "too-long",
                  fmt::format("A topic has at most {} bytes.", RoomRules::kTopicBytesMax));
  }
  const bool is_removed = arguments == "-";
  rules.set_topic(is_removed ? std::string_view() : arguments, who.name());
  chat.shared().kept_rooms.update(local.room());
  local.append(LineKind::topic, nullptr,
               {who.name(), is_removed ? " removed the topic." : " changed the topic: ",
                is_removed ? std::string_view() : arguments});
}

void run_invite(ChatService& chat, Participant& who, std::string_view arguments) {
  if (arguments.empty()) return refuse(who, "usage", "Say whom: /invite NAME");
  Room& room = who.room().room();
  const bool is_closed = room.rules().is_private() || room.rules().has_password();
  if (is_closed && !is_operator_or_told(chat, who)) return;
  const auto checked = chat.names().check(arguments);
  const auto* const name = std::get_if<Name>(&checked);
  if (name != nullptr && name->key.clashes_with(who.key())) {
    return refuse(who, "yourself", "You are here already.");
  }
  ask_person(chat, who, arguments,
             [&lobby = chat.lobby(), from = std::string(who.name()), from_key = who.key(),
              room = room.name(), room_key = room.key(), is_closed](Participant& guest) {
               const auto to = lobby.find_room(room_key);
               if (to == nullptr) {
                 return refusal("no-such-room", fmt::format("There is no room {}.", room));
               }
               if (guest.seat_in(*to) != nullptr) {
                 return refusal("in-room", fmt::format("{} is in {} already.", guest.name(), room));
               }
               if (is_closed) to->rules().invite(guest.key());
               if (!guest.ignores(from_key)) {
                 guest.ring_for_mention();
                 guest.tell(fmt::format("{} invites you to {}: type /join {}", from, room, room));
               }
               return told(fmt::format("You invited {} to {}.", guest.name(), room));
             });
}

namespace {

/// Whether the room in focus stays when nobody is in it.
void set_kept(ChatService& chat, Participant& who, bool is_kept) {
  if (!is_operator_or_told(chat, who)) return;
  LocalRoom& local = who.room();
  Room& room = local.room();
  if (room.is_permanent() || room.is_kept() == is_kept) {
    return refuse(who, "already",
                  room.is_permanent()
                      ? fmt::format("{} is always there.", room.name())
                      : fmt::format("{} {} already.", room.name(), is_kept ? "stays" : "vanishes"));
  }
  const Name* const account = who.account();
  if (account == nullptr) {
    return refuse(who, "not-logged-in",
                  "Whoever keeps a room needs an account, to be its operator again: /register.");
  }
  KeptRooms& kept = chat.shared().kept_rooms;
  if (!is_kept) {
    kept.stop_keeping(room);
  } else {
    switch (kept.keep(room, {account->text})) {
      case Lobby::Keeping::kept: break;
      case Lobby::Keeping::already:
      case Lobby::Keeping::gone:
        return refuse(who, "already", fmt::format("{} stays already.", room.name()));
      case Lobby::Keeping::too_many:
        return refuse(who, "too-many-rooms", "The server keeps as many rooms as it may keep.");
    }
  }
  local.append(LineKind::notice, nullptr,
               {who.name(), is_kept ? " keeps this room: it stays when nobody is here."
                                    : " lets this room vanish when the last has left."});
}

}  // namespace

void run_room(ChatService& chat, Participant& who, std::string_view arguments) {
  LocalRoom& local = who.room();
  RoomRules& rules = local.room().rules();
  const std::string_view word = take_word(arguments);
  if (word.empty()) {
    return who.tell(fmt::format("{}: {}, {}", local.room().name(), people(local.room().members()),
                                rules.is_private()     ? "private: by invitation only."
                                : rules.has_password() ? "open to those who know its password."
                                                       : "open to everybody."));
  }
  if (word == "keep" || word == "vanish") return set_kept(chat, who, word == "keep");
  const bool is_known = word == "private" || word == "password" || word == "open";
  if (!is_known || (word == "password") == arguments.empty()) {
    return refuse(
        who, "usage",
        "Type /room private, /room password TEXT, /room open, /room keep or /room vanish.");
  }
  if (!is_operator_or_told(chat, who)) return;
  if (arguments.size() > RoomRules::kPasswordBytesMax) {
    return refuse(who, "too-long",
                  fmt::format("A password has at most {} bytes.", RoomRules::kPasswordBytesMax));
  }
  rules.set_private(word == "private");
  rules.set_password(arguments);
  chat.shared().kept_rooms.update(local.room());
  local.append(LineKind::notice, nullptr,
               {who.name(), word == "private"    ? " made this room private: by invitation only."
                            : word == "password" ? " gave this room a password."
                                                 : " opened this room to everybody."});
}

}  // namespace grotto
