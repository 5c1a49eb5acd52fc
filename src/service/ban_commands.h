// Commands of who is kept out or silenced: /ban, /unban, /bans, /mute, /unmute.
//
// An operator of the server bans and mutes there, or with --room in the room in focus; an operator
// of a room, there. Threads: the worker's of `who`.
#pragma once

#include <string_view>

namespace grotto {

class ChatService;
class Participant;

void run_ban(ChatService& chat, Participant& who, std::string_view arguments);
void run_unban(ChatService& chat, Participant& who, std::string_view arguments);
void run_bans(ChatService& chat, Participant& who, std::string_view arguments);
void run_mute(ChatService& chat, Participant& who, std::string_view arguments);
void run_unmute(ChatService& chat, Participant& who, std::string_view arguments);

}  // namespace grotto
