// Commands of those who keep order: /kick, /op, /deop, /slowmode, /lock, /unlock, /undo.
// Threads: the worker's of `who`.
#pragma once

#include <string_view>

namespace grotto {

class ChatService;
class Participant;

void run_kick(ChatService& chat, Participant& who, std::string_view arguments);
void run_op(ChatService& chat, Participant& who, std::string_view arguments);
void run_deop(ChatService& chat, Participant& who, std::string_view arguments);
void run_slowmode(ChatService& chat, Participant& who, std::string_view arguments);
void run_lock(ChatService& chat, Participant& who, std::string_view arguments);
void run_unlock(ChatService& chat, Participant& who, std::string_view arguments);
void run_undo(ChatService& chat, Participant& who, std::string_view arguments);

}  // namespace grotto
