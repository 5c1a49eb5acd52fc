// Commands: what a member types that begins with a slash; one table, from which /help is made.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace grotto {

class ChatService;
class Participant;

/// Whose a command is; the command itself refuses others.
enum class Rank : std::uint8_t { anybody, room_operator, server_operator };

/// A command of the table. `/me` says something and is therefore taken like a said line, see
/// said_text().
struct Command {
  std::string_view name;       // with its slash
  std::string_view arguments;  // as /help shows them
  std::string_view help;       // in a few words
  std::string_view details;    // in sentences, for /help COMMAND and docs/chat.md
  void (*run)(ChatService& chat, Participant& who, std::string_view arguments);
  bool is_of_names = false;    // of no use where addresses are names
  bool is_preference = false;  // changes what an account remembers
  Rank rank = Rank::anybody;
};

/// The command at the start of `line`; nullptr if there is none of that name. `arguments`: what
/// follows it, trimmed.
const Command* find_command(std::string_view line, std::string_view& arguments) noexcept;

/// A sentence for a command that is unknown, with the nearest one there is.
std::string unknown_command_hint(std::string_view line);

/// The first word of `arguments`, which it takes away with the blanks around it.
std::string_view take_word(std::string_view& arguments) noexcept;

/// "/nick NAME"
std::string usage(const Command& command);

/// The commands as docs/chat.md has them.
std::string commands_as_markdown();

/// What /help prints, and /help operators.
void tell_help(ChatService& chat, Participant& who);
void tell_operators_help(Participant& who);

}  // namespace grotto
