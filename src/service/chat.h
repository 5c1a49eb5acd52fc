// Chat: people in a room, in three ways to be named: they are asked, their address is their name,
// or they have none.
//
// Threads: one instance per worker; they meet in the Lobby. The grammar of what is typed and read:
// docs/protocol.md.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "grotto/service.h"
#include "room/lobby.h"
#include "room/local_room.h"
#include "room/records.h"
#include "service/bots.h"

namespace grotto {

/// Where everybody comes in.
inline constexpr std::string_view kHomeRoom = "lobby";

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
  std::vector<RoomSetting> rooms;      // beside the lobby
  std::vector<BotSetting> bots;        // of different names; with Naming::ask only
  std::string motd;                    // text of several lines, told after the welcome
  std::vector<std::string> operators;  // of the server, once they are logged in
  std::string api_token;               // of programs that speak HTTP; empty: none may say a line
  std::string server_password;         // everybody is asked for it; empty: nobody
  bool requires_login = false;         // only who has an account comes in
};

/// `lobby` is shared by all workers and by all listeners that lead into the same rooms.
/// `records`: where accounts and lists are kept; nullptr: in memory only.
ServiceFactory make_chat_factory(const std::shared_ptr<Lobby>& lobby, const ChatOptions& options,
                                 const Limits& limits,
                                 const std::shared_ptr<Records>& records = nullptr);

/// Other options and limits for a service of that factory, from its next event on; what is fixed
/// when it is made (how people are named, rooms, bots, operators, who is too slow, what rooms are
/// limited to) has to be the same. Its worker's thread.
void change_chat(Service& chat, const ChatOptions& options, const Limits& limits);

}  // namespace grotto
