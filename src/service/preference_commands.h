// Commands for what one reads, and how: times, colours, a bell, and what not to read.
// Threads: the worker's of `who`.
#pragma once

#include <string_view>

namespace grotto {

class ChatService;
class Participant;

void run_echo(ChatService& chat, Participant& who, std::string_view arguments);
void run_time(ChatService& chat, Participant& who, std::string_view arguments);
void run_color(ChatService& chat, Participant& who, std::string_view arguments);
void run_format(ChatService& chat, Participant& who, std::string_view arguments);
/// Whether the line is `/format json`.
[[nodiscard]] bool asks_for_json(std::string_view line) noexcept;
void run_bell(ChatService& chat, Participant& who, std::string_view arguments);
void run_quiet(ChatService& chat, Participant& who, std::string_view arguments);
void run_ignore(ChatService& chat, Participant& who, std::string_view arguments);
void run_unignore(ChatService& chat, Participant& who, std::string_view arguments);

}  // namespace grotto
