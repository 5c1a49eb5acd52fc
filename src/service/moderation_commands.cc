#include "service/moderation_commands.h"

#include <fmt/format.h>

#include <utility>
#include <variant>

#include "base/log.h"
#include "base/numbers.h"
#include "base/time_text.h"
#include "service/access_commands.h"
#include "service/chat_service.h"
#include "service/commands.h"
#include "service/discipline.h"
#include "service/people_commands.h"
#include "service/refusal.h"

namespace grotto {

namespace {

/// Everybody in the room in focus reads it.
void tell_room(Participant& who, std::string_view what) {
  who.room().append(LineKind::notice, nullptr, {who.name(), what});
}

void set_locked(ChatService& chat, Participant& who, bool is_locked) {
  if (!is_operator_or_told(chat, who)) return;
  Room& room = who.room().room();
  if (room.discipline().is_locked() == is_locked) {
    return refuse(
        who, "already",
        fmt::format("{} is {} already.", room.name(), is_locked ? "locked" : "not locked"));
  }
  room.discipline().set_locked(is_locked);
  tell_room(who, is_locked ? " locked this room: nobody new comes in." : " unlocked this room.");
  note_act(chat, who, fmt::format("{} is {}.", room.name(), is_locked ? "not locked" : "locked"),
           [lobby = chat.shared().lobby, key = room.key(), is_locked] {
             if (const auto then = lobby->find_room(key)) {
               then->discipline().set_locked(!is_locked);
             }
           });
}

/// Makes somebody an operator of the room in focus, or takes that away.
void set_room_operator(ChatService& chat, Participant& who, std::string_view name,
                       bool is_operator) {
  if (!is_operator_or_told(chat, who)) return;
  const Room& here = who.room().room();
  ask_person(
      chat, who, name,
      [by = std::string(who.name()), key = here.key(), room_name = here.name(),
       is_operator](Participant& other) -> Inquiries::Answer {
        const auto room = other.chat().lobby().find_room(key);
        Seat* const seat = room == nullptr ? nullptr : other.seat_in(*room);
        if (seat == nullptr) {
          return refusal("not-in-room", fmt::format("{} is not in {}.", other.name(), room_name));
        }
        if (room->is_operator(*seat) == is_operator) {
          return refusal("already", fmt::format("{} is {} operator of {} already.", other.name(),
                                                is_operator ? "an" : "no", room_name));
        }
        room->set_operator(*seat, is_operator);
        if (const Name* const account = other.account()) {
          other.chat().shared().kept_rooms.set_operator(*room, account->text, is_operator);
        }
        seat->room()->append(
            LineKind::notice, nullptr,
            {by, " made ", other.name(),
             is_operator ? " an operator of this room." : " no operator of this room any more."});
        return told(fmt::format("{} is {} of {}.", other.name(),
                                is_operator ? "an operator" : "no operator", room_name));
      });
}

/// The same of the server, for an account, whether it is here or not.
void set_server_operator(ChatService& chat, Participant& who, std::string_view name,
                         bool is_operator) {
  if (!is_server_operator_or_told(chat, who)) return;
  const auto checked = chat.names().check(name);
  const auto* const found = std::get_if<Name>(&checked);
  const auto account = found == nullptr ? std::nullopt : chat.shared().accounts.find(found->key);
  if (!account) {
    return refuse(who, "no-such-account",
                  fmt::format("There is no account {}: operators of the server need one.", name));
  }
  const Name& of = account->name;
  if (!is_operator && chat.shared().is_operator_name(of.key)) {
    return refuse(who, "configured",
                  fmt::format("{} is an operator by the server's configuration.", of.text));
  }
  if (chat.is_server_operator_name(of.key) == is_operator) {
    return refuse(who, "already",
                  fmt::format("{} is {} operator of the server already.", of.text,
                              is_operator ? "an" : "no"));
  }
  static_cast<void>(chat.shared().accounts.set_operator(of.key, is_operator));
  log::warning(is_operator ? "operator made" : "operator removed",
               {{"account", of.text}, {"operator", who.name()}});
  note_act(chat, who,
           fmt::format("{} is {} operator of the server.", of.text, is_operator ? "no" : "an"),
           [&accounts = chat.shared().accounts, key = of.key, is_operator] {
             static_cast<void>(accounts.set_operator(key, !is_operator));
           });
  who.tell(fmt::format("{} is {} of the server{}.", of.text,
                       is_operator ? "an operator" : "no operator", is_operator ? " now" : ""));
}

void set_operator(ChatService& chat, Participant& who, std::string_view arguments,
                  bool is_operator) {
  std::string_view word = take_word(arguments);
  const bool is_of_server = word == "--server";
  if (is_of_server) word = take_word(arguments);
  if (word.empty() || !arguments.empty()) {
    return refuse(who, "usage",
                  fmt::format("Say whom: /{} [--server] NAME", is_operator ? "op" : "deop"));
  }
  is_of_server ? set_server_operator(chat, who, word, is_operator)
               : set_room_operator(chat, who, word, is_operator);
}

}  // namespace

void run_kick(ChatService& chat, Participant& who, std::string_view arguments) {
  const std::string_view name = take_word(arguments);
  if (name.empty()) return refuse(who, "usage", "Say whom: /kick NAME [REASON]");
  if (!is_operator_or_told(chat, who)) return;
  if (arguments.size() > kReasonBytesMax) {
    return refuse(who, "too-long", fmt::format("A reason has at most {} bytes.", kReasonBytesMax));
  }
  const auto checked = chat.names().check(name);
  const auto* const target = std::get_if<Name>(&checked);
  if (target != nullptr && target->key == who.key()) {
    return refuse(who, "yourself", "That is you: to go, type /leave or /quit.");
  }
  const Room& here = who.room().room();
  ask_person(
      chat, who, name,
      [by = std::string(who.name()), key = here.key(), room_name = here.name(),
       may_all = chat.is_server_operator(who),
       why = std::string(arguments)](Participant& other) -> Inquiries::Answer {
        const auto room = other.chat().lobby().find_room(key);
        Seat* const seat = room == nullptr ? nullptr : other.seat_in(*room);
        const std::string whom(other.name());
        if (seat == nullptr) {
          return refusal("not-in-room", fmt::format("{} is not in {}.", whom, room_name));
        }
        if (!may_all && other.chat().is_server_operator(other)) {
          return refusal("not-operator", fmt::format("{} is an operator of the server.", whom));
        }
        const std::string because = why.empty() ? "" : ": " + why;
        other.chat().log_act(may_all, "kicked",
                             {{"peer", other.session().peer_host()},
                              {"name", whom},
                              {"room", room_name},
                              {"operator", by}});
        remove_from_room(
            other.chat(), other, *seat,
            fmt::format("You were kicked out of {} by {}{}. [kicked]", room_name, by, because),
            fmt::format("kicked by {}{}", by, because));
        return told(fmt::format("You kicked {} out of {}.", whom, room_name));
      });
}

void run_op(ChatService& chat, Participant& who, std::string_view arguments) {
  set_operator(chat, who, arguments, true);
}

void run_deop(ChatService& chat, Participant& who, std::string_view arguments) {
  set_operator(chat, who, arguments, false);
}

void run_slowmode(ChatService& chat, Participant& who, std::string_view arguments) {
  Room& room = who.room().room();
  const std::uint64_t before = room.discipline().slow_seconds();
  if (arguments.empty()) {
    return who.tell(before == 0 ? fmt::format("{} has no slow mode.", room.name())
                                : fmt::format("In {} everybody says one line in {}.", room.name(),
                                              span_text(before)));
  }
  if (!is_operator_or_told(chat, who)) return;
  const auto seconds =
      arguments == "off" ? std::optional<std::uint64_t>(0) : parse_whole(arguments);
  if (!seconds || *seconds > RoomDiscipline::kSlowSecondsMax) {
    return refuse(who, "usage",
                  fmt::format("Type /slowmode with seconds, 1 to {}, or off.",
                              RoomDiscipline::kSlowSecondsMax));
  }
  room.discipline().set_slow_seconds(*seconds);
  tell_room(who, *seconds == 0 ? std::string(" ended the slow mode.")
                               : fmt::format(" set slow mode: one line in {} for everybody.",
                                             span_text(*seconds)));
  note_act(chat, who, fmt::format("The slow mode of {} is as it was.", room.name()),
           [lobby = chat.shared().lobby, key = room.key(), before] {
             if (const auto then = lobby->find_room(key)) {
               then->discipline().set_slow_seconds(before);
             }
           });
}

void run_lock(ChatService& chat, Participant& who, std::string_view /*arguments*/) {
  set_locked(chat, who, true);
}

void run_unlock(ChatService& chat, Participant& who, std::string_view /*arguments*/) {
  set_locked(chat, who, false);
}

void run_undo(ChatService& chat, Participant& who, std::string_view /*arguments*/) {
  const auto act = chat.shared().acts.take_last(who.key());
  if (!act) return refuse(who, "nothing-to-undo", "You did nothing that can be undone.");
  act->undo();
  chat.log_act(chat.is_server_operator(who), "undone",
               {{"what", act->undone}, {"operator", who.name()}});
  who.tell(act->undone);
}

}  // namespace grotto
