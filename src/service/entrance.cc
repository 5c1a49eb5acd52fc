// The entrance: greeting, the question for a name, joining, leaving, and who is told of it.
#include <fmt/format.h>

#include <variant>

#include "service/chat_service.h"
#include "service/commands.h"
#include "service/refusal.h"

namespace grotto {

void ChatService::greet(Participant& who) {
  Session& session = who.session();
  const std::string& greeting = options_.greeting;
  switch (options_.naming) {
    case Naming::ask:
      who.tell(greeting.empty() ? "Greetings from the grotto! Type your name and press enter."
                                : std::string_view(greeting));
      who.expect_name_within(limits_.hello_timeout_ms);
      return;
    case Naming::address:
      if (!greeting.empty()) who.tell(greeting);
      who.set_name(session.peer_name(), names_->own(session.peer_name()).key);
      enter(who);
      return;
    case Naming::none:
      who.tell(greeting.empty() ? "Hello, connection to the server ok!"
                                : std::string_view(greeting));
      tell_motd(who);
      home_.join(who.focus(), {}, 0);
      session.follow(&who.focus());
      return;
  }
}

void ChatService::take_name(Participant& who, std::string_view raw) {
  std::string_view arguments;
  if (raw.starts_with('/')) {
    const Command* const command = find_command(raw, arguments);
    if (command != nullptr && command->name == "/quit") return quit(who, arguments);
    if (command != nullptr && command->name == "/telnet") return command->run(*this, who, {});
    if (command != nullptr && command->name == "/help") {
      who.tell(fmt::format(
          "Type the name that the others shall see, and press enter. To leave, type {}.",
          ways_out()));
      who.tell("What is your name?");
      return;
    }
  }
  auto checked = names_->check(raw);
  if (const auto* const fault = std::get_if<NameFault>(&checked)) {
    refuse(who, "bad-name", sentence(*fault));
    who.tell("What is your name?");
    return;
  }
  auto& name = std::get<Name>(checked);
  if (!lobby_->claim_name(name.key, who)) {
    refuse(who, "name-taken", fmt::format("The name {} is taken.", name.text));
    who.tell("What is your name?");
    return;
  }
  who.stop_expecting();
  who.set_name(name.text, name.key);
  enter(who);
}

void ChatService::enter(Participant& who) {
  Session& session = who.session();
  who.tell(fmt::format("Welcome {}! Type {} to leave, /help for more.", who.name(), ways_out()));
  tell_motd(who);
  Seat& seat = who.focus();
  const std::size_t earlier = home_.join(seat, who.name(), options_.history);
  const std::string others = home_.room().list_names(&seat, limits_.members_listed_max);
  who.tell(others.empty() ? "The room is empty." : "Connected users: " + others);
  if (earlier > 0) {
    who.tell(fmt::format("-- {} earlier line{} --", earlier, earlier == 1 ? "" : "s"));
  }
  who.note_entered();
  session.follow(&seat);
  tell_joined(who, " has joined the chat!");
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

void ChatService::leave_seat(Participant& who, Seat& seat, std::string_view what_others_read) {
  LocalRoom& room = *seat.room();
  room.leave(seat);
  if (options_.naming == Naming::none || is_stopping_) return;
  if (room.room().members() > limits_.quiet_room_members) {
    room.note_left();
  } else {
    room.append(LineKind::leave, nullptr, {who.name(), what_others_read});
  }
  const std::string heir = room.room().succeed_operator();
  if (!heir.empty()) {
    room.append(LineKind::notice, nullptr, {heir, " is the operator of this room now."});
  }
}

void ChatService::leave_room(Participant& who, Seat& seat) {
  leave_seat(who, seat, " has left the room.");
  who.give_up(seat);
}

void ChatService::leave(Participant& who, std::string_view message) {
  who.stop_expecting();
  inquiries_.forget(who);
  if (!who.is_in()) return;
  const std::string text =
      message.empty() ? " has left the chat." : fmt::format(" has left the chat: {}", message);
  who.for_each_seat([&](Seat& seat) { leave_seat(who, seat, text); });
  if (options_.naming == Naming::ask) lobby_->release_name(who.key());
}

void ChatService::quit(Participant& who, std::string_view message) {
  leave(who, message);
  who.session().finish(CloseReason::quit, options_.naming == Naming::none ? "" : "Goodbye!");
}

void ChatService::rename(Participant& who, std::string_view raw) {
  if (options_.naming == Naming::address) {
    return refuse(who, "no-names", "Here everybody is called by their address.");
  }
  if (raw.empty()) return refuse(who, "usage", "Say which name: /nick NAME");
  auto checked = names_->check(raw);
  if (const auto* const fault = std::get_if<NameFault>(&checked)) {
    return refuse(who, "bad-name", sentence(*fault));
  }
  auto& name = std::get<Name>(checked);
  if (name.text == who.name()) {
    return refuse(who, "yourself", fmt::format("Your name is {} already.", name.text));
  }
  if (!lobby_->change_name(who.key(), name.key, who)) {
    return refuse(who, "name-taken", fmt::format("The name {} is taken.", name.text));
  }
  const std::string before(who.name());
  who.set_name(name.text, name.key);
  who.for_each_seat([&](Seat& seat) {
    seat.room()->append(LineKind::rename, &seat, {before, " is now known as ", who.name(), "."});
  });
  who.tell(fmt::format("You are now known as {}.", who.name()));
}

}  // namespace grotto
