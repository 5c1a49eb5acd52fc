// The entrance: greeting, the question for a name, joining, leaving, and who is told of it.
#include <fmt/format.h>

#include <variant>

#include "service/chat_service.h"
#include "service/commands.h"
#include "service/discipline.h"
#include "service/login.h"
#include "service/person_lines.h"
#include "service/preference_commands.h"
#include "service/refusal.h"

namespace grotto {

void ChatService::greet(Participant& who) {
  if (turn_away_address(*this, who)) return;
  if (options_.server_password.empty()) return greet_by_name(who);
  who.expect_name_within(limits_.hello_timeout_ms);  // guesses do not begin it anew
  ask_server_password(who);
}

void ChatService::greet_by_name(Participant& who) {
  Session& session = who.session();
  const std::string& greeting = options_.greeting;
  switch (options_.naming) {
    case Naming::ask:
      ask(who, "name",
          greeting.empty() ? "Greetings from the grotto! Type your name and press enter."
                           : std::string_view(greeting));
      who.expect_name_within(limits_.hello_timeout_ms);
      return;
    case Naming::address:
      if (!greeting.empty()) who.tell(greeting);
      who.set_name(session.peer_name(), names().own(session.peer_name()).key);
      enter(who);
      return;
    case Naming::none:
      who.tell(greeting.empty() ? "Hello, connection to the server ok!"
                                : std::string_view(greeting));
      tell_motd(who);
      home_.join(who.focus(), {}, 0);
      who.follow(&who.focus());
      return;
  }
}

void ChatService::take_name(Participant& who, std::string_view raw) {
  std::string_view arguments;
  if (raw.starts_with('/')) {
    const Command* const command = find_command(raw, arguments);
    if (command != nullptr && command->name == "/quit") return quit(who, arguments);
    if (command != nullptr && command->name == "/telnet") return command->run(*this, who, {});
    if (command != nullptr && (command->name == "/login" || command->name == "/resume")) {
      return command->run(*this, who, arguments);
    }
    if (command != nullptr && command->name == "/format") {
      const bool is_asked = who.reads_json() && asks_for_json(raw);  // so, in the greeting
      command->run(*this, who, arguments);
      if (!is_asked) ask_name_again(who);
      return;
    }
    if (command != nullptr && command->name == "/help") {
      who.tell(fmt::format(
          "Type the name that the others shall see, and press enter. To leave, type {}.",
          ways_out()));
      ask_name_again(who);
      return;
    }
  }
  auto checked = names().check(raw);
  if (const auto* const fault = std::get_if<NameFault>(&checked)) {
    refuse(who, "bad-name", sentence(*fault));
    return ask_name_again(who);
  }
  const auto& name = std::get<Name>(checked);
  if (shared_->accounts.find(name.key)) return ask_account_password(who, name);
  switch (judge_newcomer(who, name)) {
    case Newcomer::refused: return ask_name_again(who);
    case Newcomer::turned_away: return;
    case Newcomer::must_register: return ask_to_register(who, name);
    case Newcomer::welcome: break;
  }
  if (!lobby().claim_name(name.key, who)) {
    refuse(who, "name-taken", fmt::format("The name {} is taken.", name.text));
    return ask_name_again(who);
  }
  who.stop_expecting();
  who.set_name(name.text, name.key);
  enter(who);
}

void ChatService::enter(Participant& who) {
  who.tell(fmt::format("Welcome {}! Type {} to leave, /help for more.", who.name(), ways_out()));
  tell_motd(who);
  Seat& seat = who.focus();
  const std::size_t earlier = home_.join(seat, who.name(), options_.history);
  if (who.account() != nullptr) tell_logged_in(who);
  tell_arrival(who, seat, {"Connected users: ", "The room is empty.", earlier},
               limits_.arrival_listed_max);
  who.note_entered();
  who.follow(&seat);
  tell_joined(who, " has joined the chat!");
  if (who.account() == nullptr && shared_->is_operator_name(who.key())) {
    who.tell("This is an operator's name: /register it, and you are one.");
  }
}

std::size_t ChatService::take_seat(Participant& who, LocalRoom& room,
                                   std::string_view what_others_read) {
  Seat& seat = who.free_seat();
  const std::size_t earlier = room.join(seat, who.name(), options_.history);
  who.focus_on(seat);
  tell_joined(who, what_others_read);
  return earlier;
}

void ChatService::tell_motd(Participant& who) {
  std::string_view rest = options_.motd;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    who.tell(line);
  }
}

std::string ChatService::ways_out() const {
  std::string first = "/quit";
  std::vector<std::string_view> ways = {first};
  for (auto word = options_.quit_words.rbegin(); word != options_.quit_words.rend(); ++word) {
    if (*word != first) ways.push_back(*word);
  }
  std::string out(ways.front());
  for (std::size_t i = 1; i < ways.size(); ++i) {
    out += i + 1 == ways.size() ? " or " : ", ";
    out += ways[i];
  }
  return out;
}

// ---- Joined and left ---------------------------------------------------------------------------

void ChatService::tell_joined(Participant& who, std::string_view what_others_read) {
  LocalRoom& room = who.room();
  if (room.room().members() > limits_.quiet_room_members) return room.note_joined();
  room.append(LineKind::join, &who.focus(), {who.name(), what_others_read});
}

void ChatService::tell_came_back(Participant& who, LocalRoom& room, Seat& seat) {
  if (room.room().members() > limits_.quiet_room_members) return room.note_joined();
  room.append(LineKind::join, &seat, {who.name(), " has joined the chat!"});
}

void ChatService::leave_seat(Participant& who, Seat& seat, std::string_view what_others_read) {
  LocalRoom& room = *seat.room();
  room.leave(seat);
  if (options_.naming == Naming::none || is_stopping_) return;
  tell_left(room, who.name(), what_others_read);
}

void ChatService::tell_left(LocalRoom& room, std::string_view name,
                            std::string_view what_others_read) {
  if (is_stopping_) return;
  if (room.room().members() > limits_.quiet_room_members) {
    room.note_left();
  } else {
    room.append(LineKind::leave, nullptr, {name, what_others_read});
  }
  const std::string heir = room.room().succeed_operator();
  if (!heir.empty()) {
    room.append(LineKind::notice, nullptr, {heir, " is the operator of this room now."});
  }
}

void ChatService::leave_room(Participant& who, Seat& seat, std::string_view what_others_read) {
  leave_seat(who, seat, what_others_read);
  who.give_up(seat);
}

void ChatService::leave(Participant& who, std::string_view message) {
  who.stop_expecting();
  inquiries_.forget(who);
  resumption_.forget(who);
  if (!who.is_in()) return;
  const std::string text =
      message.empty() ? " has left the chat." : fmt::format(" has left the chat: {}", message);
  who.for_each_seat([&](Seat& seat) { leave_seat(who, seat, text); });
  if (options_.naming == Naming::ask) lobby().release_name(who.key());
}

void ChatService::quit(Participant& who, std::string_view message) {
  leave(who, message);
  who.finish(CloseReason::quit, options_.naming == Naming::none ? "" : "Goodbye!");
}

}  // namespace grotto
