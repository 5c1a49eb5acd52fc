// Commands for what was said before, and whether it is kept.
// Threads: the worker's of `who`.
#pragma once

#include <string_view>

namespace grotto {

class ChatService;
class Participant;

void run_history(ChatService& chat, Participant& who, std::string_view arguments);
void run_last(ChatService& chat, Participant& who, std::string_view arguments);
void run_sync(ChatService& chat, Participant& who, std::string_view arguments);

}  // namespace grotto
