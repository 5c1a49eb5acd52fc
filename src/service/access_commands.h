// Commands of who is let into the server: /allow, /disallow.
// Threads: the worker's of `who`.
#pragma once

#include <string>
#include <string_view>

#include "room/access_list.h"

namespace grotto {

class ChatService;
class Participant;

void run_allow(ChatService& chat, Participant& who, std::string_view arguments);
void run_disallow(ChatService& chat, Participant& who, std::string_view arguments);

/// Tells if `who` is no operator of the server.
[[nodiscard]] bool is_server_operator_or_told(ChatService& chat, Participant& who);

/// "10.0.0.0/8: by oskar on 2026-11-21 14:03, until 2026-11-22 14:03: spam"
[[nodiscard]] std::string entry_text(const AccessEntry& entry);

/// The newest entries, and how many more there are.
void tell_entries(ChatService& chat, Participant& who, const AccessList& list,
                  std::string_view title, std::string_view none);

}  // namespace grotto
