// Room commands: entering, founding and leaving rooms, and what they say about themselves.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace grotto {

class ChatService;
class Participant;

// Each as Command::run (commands.h): `arguments` is what follows the command, trimmed.
void run_join(ChatService& chat, Participant& who, std::string_view arguments);
void run_leave(ChatService& chat, Participant& who, std::string_view arguments);
void run_focus(ChatService& chat, Participant& who, std::string_view arguments);
void run_rooms(ChatService& chat, Participant& who, std::string_view arguments);
void run_who(ChatService& chat, Participant& who, std::string_view arguments);
void run_topic(ChatService& chat, Participant& who, std::string_view arguments);
void run_invite(ChatService& chat, Participant& who, std::string_view arguments);
void run_room(ChatService& chat, Participant& who, std::string_view arguments);

/// Where his lines go, and what else he is in.
void tell_focus(Participant& who);

/// "1 person", "3 people"
[[nodiscard]] std::string people(std::size_t count);

}  // namespace grotto
