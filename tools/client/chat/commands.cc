#include "client/chat/commands.h"

#include <algorithm>
#include <array>

namespace grotto::client {

namespace {

constexpr std::array<std::string_view, 44> kCommands{
    "/allow",    "/away",     "/ban",   "/bans",         "/bell",  "/color",    "/conns",
    "/deop",     "/disallow", "/echo",  "/drop-account", "/focus", "/help",     "/history",
    "/ignore",   "/invite",   "/join",  "/kick",         "/last",  "/leave",    "/lock",
    "/login",    "/logout",   "/me",    "/msg",          "/mute",  "/nick",     "/op",
    "/password", "/quiet",    "/quit",  "/register",     "/reply", "/room",     "/rooms",
    "/slowmode", "/sync",     "/token", "/topic",        "/unban", "/unignore", "/unmute",
    "/who",      "/whois"};

bool is_command(std::string_view line, std::string_view command) noexcept {
  return line.starts_with(command) &&
         (line.size() == command.size() || line[command.size()] == ' ');
}

}  // namespace

bool is_quit_word(std::string_view line) noexcept {
  return line == "exit" || line == "{quit}" || is_command(line, "/quit");
}

bool holds_secret(std::string_view line) noexcept {
  constexpr std::array<std::string_view, 5> kSecret{"/login", "/register", "/password",
                                                    "/drop-account", "/resume"};
  if (std::any_of(kSecret.begin(), kSecret.end(),
                  [&](std::string_view command) { return is_command(line, command); })) {
    return true;
  }
  if (line.starts_with("/room password ")) return true;
  // /join ROOM PASSWORD
  if (!line.starts_with("/join ")) return false;
  const std::size_t room = line.find_first_not_of(' ', 5);
  const std::size_t end = line.find(' ', std::min(room, line.size()));
  return end != std::string_view::npos &&
         line.find_first_not_of(' ', end) != std::string_view::npos;
}

std::vector<std::string> commands_like(std::string_view start) {
  std::vector<std::string> found;
  for (const std::string_view command : kCommands) {
    if (command.starts_with(start)) found.emplace_back(command);
  }
  return found;
}

bool takes_room(std::string_view command) noexcept {
  return command == "/join" || command == "/focus" || command == "/leave" || command == "/who";
}

}  // namespace grotto::client
