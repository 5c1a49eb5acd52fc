// Commands between people: private words, who somebody is, being away.
// Threads: the worker's of `who`.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "service/inquiries.h"

namespace grotto {

class ChatService;
class Participant;

void run_msg(ChatService& chat, Participant& who, std::string_view arguments);
void run_reply(ChatService& chat, Participant& who, std::string_view arguments);
void run_whois(ChatService& chat, Participant& who, std::string_view arguments);
void run_away(ChatService& chat, Participant& who, std::string_view arguments);

/// Asks the person of that name. Refuses if it is nobody's, or has become so, and if that person
/// has too much unread to get a private line.
void ask_person(ChatService& chat, Participant& who, std::string_view name,
                std::function<Inquiries::Answer(Participant& other)> question);

/// Answers that are one line.
[[nodiscard]] Inquiries::Answer told(std::string line);
[[nodiscard]] Inquiries::Answer refusal(std::string_view code, std::string sentence);

}  // namespace grotto
