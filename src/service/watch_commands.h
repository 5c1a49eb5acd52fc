// Commands for operators of the server who look after it: /conns, /slow, /why, /limits.
// Threads: the worker's of `who`.
#pragma once

#include <string_view>

namespace grotto {

class ChatService;
class Participant;

void run_conns(ChatService& chat, Participant& who, std::string_view arguments);
void run_slow(ChatService& chat, Participant& who, std::string_view arguments);
void run_why(ChatService& chat, Participant& who, std::string_view arguments);
void run_limits(ChatService& chat, Participant& who, std::string_view arguments);

}  // namespace grotto
