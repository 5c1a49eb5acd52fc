// The command of coming back: /resume.
// Threads: the worker's of `who`.
#pragma once

#include <string_view>

namespace grotto {

class ChatService;
class Participant;

/// In the chat: gives a token. At the entrance: TOKEN [ROOM=ID …] comes back.
void run_resume(ChatService& chat, Participant& who, std::string_view arguments);

}  // namespace grotto
