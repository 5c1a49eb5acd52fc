// Questions: what somebody is asked, and whose the next line is then.
// Threads: the worker's of `who`.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace grotto {

class ChatService;
class Participant;

/// Gets the line that answers; an empty one if nothing was to be answered.
using TakeAnswer = std::function<void(ChatService& chat, Participant& who, std::string_view line)>;

struct Question {
  std::string text;
  TakeAnswer take;
};

/// Asks for a password: the next line of `who` goes to `take` and nowhere else, and his terminal
/// does not show it, if it is a telnet that has negotiated; if not, he is told, unless he has just
/// been told (`is_first`).
void ask_hidden(Participant& who, std::string_view question, TakeAnswer take, bool is_first = true);

/// Hands `line` to whoever takes the answer to what `who` was asked last.
void take_answer(ChatService& chat, Participant& who, std::string_view line);

}  // namespace grotto
