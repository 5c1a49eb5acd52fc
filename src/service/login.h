// Login: the server's password, and how somebody shows that the name of an account is his.
// Threads: the worker's of `who`.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "room/names.h"

namespace grotto {

class ChatService;
class Participant;

/// Whether `who` comes from the server's own machine.
[[nodiscard]] bool is_local(Participant& who);

/// Asks for the server's password; who knows it is greeted.
void ask_server_password(Participant& who);

/// Asks for the password of the account of that name, then goes on as log_in().
void ask_account_password(Participant& who, const Name& name);

/// Who knows the password comes in under that name, or takes it if he is in already; whoever has it
/// by another connection is ended. Refusals are told; at the entrance the name is asked for again.
void log_in(ChatService& chat, Participant& who, const Name& name, std::string password);

/// Asks for a password for an account of that name, then lets `who` come in.
void ask_to_register(Participant& who, const Name& name);

/// Asks twice for a new password, so that a slip of the finger locks nobody out.
using TakePassword = std::function<void(ChatService& chat, Participant& who, std::string password)>;
void ask_new_password(Participant& who, TakePassword take);

/// Checks the password of the account of `who` and calls `then` if it is right; tells if not.
void check_password(ChatService& chat, Participant& who, const Name& account, std::string password,
                    std::function<void(ChatService& chat, Participant& who)> then);

/// Makes an account of that name, with the password, and calls `then` once it is kept; tells why
/// not.
void make_account(ChatService& chat, Participant& who, const Name& name, std::string password,
                  std::function<void(ChatService& chat, Participant& who)> then);

/// Gives the account another password, and tells.
void change_password(ChatService& chat, Participant& who, const Name& account,
                     std::string password);

/// At the entrance, if `who` is still there: what is his name?
void ask_name_again(Participant& who);

/// Why a text cannot be a password; empty if it can.
[[nodiscard]] std::string password_fault(std::string_view password);

}  // namespace grotto
