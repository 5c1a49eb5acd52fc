// The server's commands and the words that leave, as far as the client has to know them.
// Threads: any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace grotto::client {

/// `/quit`, `exit` or `{quit}`.
bool is_quit_word(std::string_view line) noexcept;

/// Lines that hold a password, which no history keeps.
bool holds_secret(std::string_view line) noexcept;

/// Commands that begin with `start`, each with a blank behind it if it takes something.
std::vector<std::string> commands_like(std::string_view start);

/// Whether the word behind that command is a room.
bool takes_room(std::string_view command) noexcept;

}  // namespace grotto::client
