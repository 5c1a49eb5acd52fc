// Chat: people in a room, in three ways to be named: they are asked, their address is their name,
// or they have none.
//
// Threads: one instance per worker; they meet in the Lobby. The grammar of what is typed and read:
// docs/protocol.md.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/limits.h"
#include "grotto/service.h"
#include "room/lobby.h"
#include "room/local_room.h"

namespace grotto {

enum class Naming : std::uint8_t { ask, address, none };

/// A room that is there without anybody in it.
struct RoomSetting {
  std::string name;
  std::string topic;
};

struct ChatOptions {
  Naming naming = Naming::ask;
  std::string greeting;  // empty: that of the way to be named
  std::vector<std::string> quit_words = {"{quit}", "exit", "/quit"};
  std::size_t history = 20;  // said lines that a newcomer reads
  SlowPolicy slow = SlowPolicy::skip;
  std::vector<RoomSetting> rooms;  // beside the lobby
  std::string motd;                // text of several lines, told after the welcome
};

/// `lobby` is shared by all workers and by all listeners that lead into the same rooms.
ServiceFactory make_chat_factory(std::shared_ptr<Lobby> lobby, const ChatOptions& options,
                                 const Limits& limits);

}  // namespace grotto
