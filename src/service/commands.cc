#include "service/commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/edit_distance.h"
#include "service/chat_room.h"

namespace grotto {

namespace {

void run_help(ChatRoom& chat, Participant& who, std::string_view /*arguments*/) {
  tell_help(chat, who);
}

void run_who(ChatRoom& chat, Participant& who, std::string_view /*arguments*/) {
  const std::size_t members = chat.room().members();
  who.session().write_line(fmt::format(
      "{} here: {}", members == 1 ? "1 person is" : fmt::format("{} people are", members),
      chat.room().list_names(nullptr, chat.limits().members_listed_max)));
}

void run_nick(ChatRoom& chat, Participant& who, std::string_view arguments) {
  chat.rename(who, arguments);
}

/// Tells the state if there is no argument, and how to use it if it is neither on nor off.
bool read_switch(Participant& who, std::string_view name, std::string_view arguments, bool now,
                 bool& wanted) {
  if (arguments == "on" || arguments == "off") {
    wanted = arguments == "on";
    return true;
  }
  who.session().write_line(arguments.empty() ? fmt::format("{} is {}.", name, now ? "on" : "off")
                                             : fmt::format("Type {} on or {} off.", name, name));
  return false;
}

void run_echo(ChatRoom& /*chat*/, Participant& who, std::string_view arguments) {
  bool wanted = false;
  if (!read_switch(who, "/echo", arguments, who.gets_own_lines(), wanted)) return;
  who.set_gets_own_lines(wanted);
  who.session().write_line(wanted ? "You will read your own lines too."
                                  : "You will not read your own lines.");
}

void run_time(ChatRoom& /*chat*/, Participant& who, std::string_view arguments) {
  bool wanted = false;
  if (!read_switch(who, "/time", arguments, who.form() == LineForm::timed, wanted)) return;
  who.set_form(wanted ? LineForm::timed : LineForm::plain);
  who.session().write_line(wanted ? "Lines will show their time." : "Lines will show no time.");
}

void run_telnet(ChatRoom& /*chat*/, Participant& who, std::string_view /*arguments*/) {
  if (!who.session().start_telnet()) {
    who.session().write_line("Telnet is turned off on this port.");
  }
}

void run_quit(ChatRoom& chat, Participant& who, std::string_view arguments) {
  chat.quit(who, arguments);
}

constexpr std::array<Command, 8> kCommands = {{
    {"/help", "", "this list", run_help},
    {"/who", "", "who is in the room", run_who},
    {"/nick", "NAME", "take another name", run_nick},
    {"/me", "ACTION", "say what you do: * luzmi waves", nullptr},
    {"/echo", "on|off", "read your own lines too", run_echo},
    {"/time", "on|off", "show when each line was said", run_time},
    {"/telnet", "", "edit your line while others talk (telnet clients)", run_telnet},
    {"/quit", "[MESSAGE]", "leave", run_quit},
}};

std::string_view word_of(std::string_view line) {
  return line.substr(0, line.find_first_of(" \t"));
}

}  // namespace

const Command* find_command(std::string_view line, std::string_view& arguments) noexcept {
  const std::string_view word = word_of(line);
  arguments = line.substr(word.size());
  arguments.remove_prefix(std::min(arguments.find_first_not_of(" \t"), arguments.size()));
  arguments = arguments.substr(0, arguments.find_last_not_of(" \t") + 1);
  const auto* const found = std::find_if(kCommands.begin(), kCommands.end(),
                                         [&](const Command& each) { return each.name == word; });
  return found == kCommands.end() ? nullptr : found;
}

std::string unknown_command_hint(std::string_view line) {
  constexpr std::size_t kShownMax = 32;
  const std::string_view word = word_of(line);
  if (word.size() > kShownMax) return "There is no such command. Type /help for those there are.";
  const auto* const nearest =
      std::min_element(kCommands.begin(), kCommands.end(), [&](const auto& one, const auto& other) {
        return edit_distance(word, one.name) < edit_distance(word, other.name);
      });
  const std::string meant = edit_distance(word, nearest->name) <= 2
                                ? fmt::format(" Did you mean {}?", nearest->name)
                                : "";
  return fmt::format(
      "Unknown command {}.{} Type /help for the commands; to say a line that begins with a slash, "
      "type // first.",
      word, meant);
}

void tell_help(ChatRoom& chat, Participant& who) {
  Session& session = who.session();
  session.write_line("What you type is said to everybody in the room. Commands:");
  for (const Command& command : kCommands) {
    if (command.name == "/nick" && chat.options().naming != Naming::ask) continue;
    session.write_line(
        fmt::format("  {:<8}{:<11}{}", command.name, command.arguments, command.help));
  }
  session.write_line("  //...              say a line that begins with a slash");
}

}  // namespace grotto
