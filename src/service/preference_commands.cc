#include "service/preference_commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "service/chat_service.h"
#include "service/commands.h"
#include "service/refusal.h"

namespace grotto {

namespace {

/// Tells the state if there is no argument, and refuses what is neither on nor off.
std::optional<bool> read_switch(Participant& who, std::string_view name, std::string_view arguments,
                                bool now) {
  if (arguments == "on" || arguments == "off") return arguments == "on";
  if (arguments.empty()) {
    who.tell(fmt::format("{} is {}.", name, now ? "on" : "off"));
  } else {
    refuse(who, "usage", fmt::format("Type {} on or {} off.", name, name));
  }
  return std::nullopt;
}

std::string_view bell_text(Bell bell) noexcept {
  switch (bell) {
    case Bell::off: return "Your bell is off.";
    case Bell::mention: return "Your bell rings when you are mentioned or written to.";
    case Bell::on: return "Your bell rings for every line that somebody says.";
  }
  return {};
}

/// Where addresses are names, any address may be meant.
std::optional<Name> read_name(ChatService& chat, Participant& who, std::string_view word) {
  if (chat.options().naming == Naming::address && word.size() <= kNameBytesMax) {
    return chat.names().own(word);
  }
  auto checked = chat.names().check(word);
  if (auto* const name = std::get_if<Name>(&checked)) return std::move(*name);
  refuse(who, "bad-name", sentence(std::get<NameFault>(checked)));
  return std::nullopt;
}

void tell_ignored(Participant& who, std::size_t listed_max) {
  const Personal* const personal = who.personal();
  if (personal == nullptr || personal->ignored().empty()) {
    return who.tell("You ignore nobody.");
  }
  const auto& ignored = personal->ignored();
  std::string names;
  for (std::size_t i = 0; i < std::min(ignored.size(), listed_max); ++i) {
    names += ' ';
    names += ignored[i].text;
  }
  if (ignored.size() > listed_max) {
    names += fmt::format(" and {} more", ignored.size() - listed_max);
  }
  who.tell(fmt::format("You ignore:{}", names));
}

}  // namespace

void run_echo(ChatService& /*chat*/, Participant& who, std::string_view arguments) {
  const auto wanted = read_switch(who, "/echo", arguments, who.gets_own_lines());
  if (!wanted) return;
  who.set_gets_own_lines(*wanted);
  who.tell(*wanted ? "You will read your own lines too." : "You will not read your own lines.");
}

void run_time(ChatService& /*chat*/, Participant& who, std::string_view arguments) {
  Look look = who.look();
  const auto wanted = read_switch(who, "/time", arguments, look.is_timed);
  if (!wanted) return;
  look.is_timed = *wanted;
  who.set_look(look);
  who.tell(*wanted ? "Lines will show their time." : "Lines will show no time.");
}

void run_color(ChatService& /*chat*/, Participant& who, std::string_view arguments) {
  Look look = who.look();
  const auto wanted = read_switch(who, "/color", arguments, look.is_colored);
  if (!wanted) return;
  look.is_colored = *wanted;
  who.set_look(look);
  who.tell(*wanted ? "Names will have colors." : "Lines will have no colors.");
}

void run_format(ChatService& /*chat*/, Participant& who, std::string_view arguments) {
  Look look = who.look();
  if (!arguments.empty()) {
    if (arguments != "plain" && arguments != "json") {
      return refuse(who, "usage", "Type /format plain or /format json.");
    }
    if (arguments == "plain" && look.framing != Framing::lines) {
      return refuse(who, "usage", "Here you read objects only.");
    }
    look.is_json = arguments == "json";
    who.set_look(look);
  }
  who.tell(look.is_json ? "You read a JSON object per line." : "You read plain lines.");
}

bool asks_for_json(std::string_view line) noexcept {
  std::string_view arguments;
  const Command* const command = find_command(line, arguments);
  return command != nullptr && command->run == run_format && arguments == "json";
}

void run_bell(ChatService& /*chat*/, Participant& who, std::string_view arguments) {
  const Personal* const personal = who.personal();
  Bell bell = personal == nullptr ? Bell::off : personal->bell;
  if (!arguments.empty()) {
    if (arguments == "off") {
      bell = Bell::off;
    } else if (arguments == "mention") {
      bell = Bell::mention;
    } else if (arguments == "on") {
      bell = Bell::on;
    } else {
      return refuse(who, "usage", "Type /bell on, /bell mention or /bell off.");
    }
    who.own_personal().bell = bell;
    who.use_personal();
  }
  who.tell(bell_text(bell));
}

void run_quiet(ChatService& /*chat*/, Participant& who, std::string_view arguments) {
  const auto wanted = arguments.empty() ? true : read_switch(who, "/quiet", arguments, false);
  if (!wanted) return;
  who.own_personal().is_quiet = *wanted;
  who.use_personal();
  who.tell(*wanted ? "You will not read who joins and leaves. To read it again, type /quiet off."
                   : "You will read who joins and leaves.");
}

void run_ignore(ChatService& chat, Participant& who, std::string_view arguments) {
  const std::string_view word = take_word(arguments);
  if (word.empty()) return tell_ignored(who, chat.limits().members_listed_max);
  const auto name = read_name(chat, who, word);
  if (!name) return;
  if (name->key.clashes_with(who.key())) return refuse(who, "yourself", "That is you.");
  if (!who.own_personal().ignore(*name)) {
    return refuse(who, "too-many",
                  fmt::format("You ignore {} people, which is the most: /unignore one first.",
                              Personal::kIgnoredMax));
  }
  who.use_personal();
  const std::string told = fmt::format(
      "You will read nothing of {}. To read it again, type /unignore {}", name->text, name->text);
  // If he is here, what he says in our rooms is known by more than his name.
  const bool is_asked = chat.inquiries().ask(
      who, name->key, [name = *name, told](Participant* other) -> Inquiries::Answer {
        std::vector<std::pair<NameKey, AuthorId>> authors;
        if (other != nullptr) {
          other->for_each_seat(
              [&](Seat& seat) { authors.emplace_back(seat.room()->room().key(), seat.author()); });
        }
        return [name, told, authors = std::move(authors)](Participant& asker) {
          asker.for_each_seat([&](Seat& seat) {
            const Room& room = seat.room()->room();
            for (const auto& [key, author] : authors) {
              if (key == room.key()) asker.own_personal().ignore(name, room, author);
            }
          });
          asker.tell(told);
        };
      });
  if (!is_asked) who.tell(told);
}

void run_unignore(ChatService& chat, Participant& who, std::string_view arguments) {
  const std::string_view word = take_word(arguments);
  if (word.empty()) return refuse(who, "usage", "Say whom: /unignore NAME");
  const auto name = read_name(chat, who, word);
  if (!name) return;
  if (who.personal() == nullptr || !who.own_personal().stop_ignoring(name->key)) {
    return refuse(who, "no-such-name", fmt::format("You do not ignore {}.", name->text));
  }
  who.use_personal();
  who.tell(fmt::format("You will read {} again.", name->text));
}

}  // namespace grotto
