// KeptRooms: what outlives the process of rooms that are there without anybody in them: which
// founded rooms are kept, their topic, who may enter, their operators; and the bans and mutes of
// these and of permanent rooms.
//
// The lines themselves are the archive's (room/archive.h). Threads: every method may be called from
// any thread, but load(): before the workers run.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "room/lobby.h"
#include "room/names.h"
#include "room/records.h"
#include "room/room.h"

namespace grotto {

class KeptRooms {
 public:
  /// `records`: nullptr: in memory only. All outlive it.
  KeptRooms(Lobby& lobby, const NameRules& names, std::shared_ptr<Records> records)
      : lobby_(lobby), names_(names), records_(std::move(records)) {}

  /// After the permanent rooms were added.
  void load();

  /// `operators`: names of accounts that are its operators whenever they come in.
  [[nodiscard]] Lobby::Keeping keep(Room& room, const std::vector<std::string>& operators);
  void stop_keeping(Room& room);
  /// What is kept of the room has changed. Does nothing for one that is not kept.
  void update(Room& room);

  /// Whether the account of that name is an operator of the room whenever it comes in.
  [[nodiscard]] bool is_operator(const Room& room, std::string_view account) const;
  void set_operator(Room& room, std::string_view account, bool is_operator);

  /// Accounts that are operators of a kept room.
  [[nodiscard]] std::vector<std::string> operators(const Room& room) const;

  enum class List : std::uint8_t { bans, mutes };
  /// An entry of a room's list was made, or taken away.
  void put(List list, Room& room, const AccessEntry& entry);
  void remove(List list, Room& room, const AccessEntry& entry);

 private:
  void load_rooms();
  void load_list(List list);
  void write(const Room& room, const std::vector<std::string>& operators);

  Lobby& lobby_;
  const NameRules& names_;
  const std::shared_ptr<Records> records_;
  mutable std::mutex mutex_;                                               // guards what follows
  std::unordered_map<std::uint64_t, std::vector<std::string>> operators_;  // by NameKey::folded
};

}  // namespace grotto
