// Commands of accounts: /register, /login, /logout, /password, /drop-account, /token.
// Threads: the worker's of `who`.
#pragma once

#include <string_view>

namespace grotto {

class ChatService;
class Participant;

void run_register(ChatService& chat, Participant& who, std::string_view arguments);
void run_login(ChatService& chat, Participant& who, std::string_view arguments);
void run_logout(ChatService& chat, Participant& who, std::string_view arguments);
void run_password(ChatService& chat, Participant& who, std::string_view arguments);
void run_token(ChatService& chat, Participant& who, std::string_view arguments);
void run_drop_account(ChatService& chat, Participant& who, std::string_view arguments);

}  // namespace grotto
