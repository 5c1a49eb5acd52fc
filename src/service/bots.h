// Bots: programs as members of the chat. What the service has for them; who runs them is the
// daemon's.
//
// A bot comes in under its name without being asked, to its one room, and reads no greeting, no
// welcome, no history: only what the room hears from then on, and private words. Its lines are
// held, delayed and cleaned as a person's are. Threads: its worker's only.
#pragma once

#include <memory>
#include <string>

#include "grotto/service.h"

namespace grotto {

/// One of ChatOptions::bots.
struct BotSetting {
  std::string name;
  std::string room;               // empty: the lobby
  bool may_use_commands = false;  // else a line that begins with a slash is said as it stands
};

/// Where the sessions of that bot come in, one at a time. REQUIRES: `chat` was made by a chat
/// factory whose options have this bot. It outlives the entrance.
std::unique_ptr<Service> make_bot_entrance(Service& chat, const BotSetting& bot);

}  // namespace grotto
