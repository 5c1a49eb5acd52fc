// LocalRooms: the rooms that a worker has members in.
//
// A room's part is made when the first member comes and given up at the end of a tick in which
// nobody is left; the parts of permanent rooms stay. Threads: its worker's only.
#pragma once

#include <memory>
#include <string_view>
#include <unordered_map>

#include "room/lobby.h"
#include "room/local_room.h"

namespace grotto {

class LocalRooms {
 public:
  /// `lobby` and `worker` outlive it.
  LocalRooms(Lobby& lobby, WorkerContext& worker, SlowPolicy slow)
      : lobby_(lobby), worker_(worker), slow_(slow) {}
  ~LocalRooms();
  LocalRooms(const LocalRooms&) = delete;
  LocalRooms& operator=(const LocalRooms&) = delete;

  /// This worker's part of the room of that name, which is founded if it is not there; nullptr if
  /// that may not be, `fault` tells why. Valid until the end of the tick, or as long as it has
  /// members.
  [[nodiscard]] LocalRoom* open(const Name& name, const Lobby::Founding& founding = {},
                                Lobby::FoundingFault* fault = nullptr);

  /// Ends the tick of every room that has something to do.
  void end_tick();

  [[nodiscard]] std::size_t count() const noexcept { return parts_.size(); }

 private:
  struct Part {
    std::shared_ptr<Room> room;
    std::shared_ptr<LocalRoom> local;  // goes first
  };

  Lobby& lobby_;
  WorkerContext& worker_;
  const SlowPolicy slow_;
  DueRooms due_;
  std::unordered_map<const Room*, Part> parts_;
};

}  // namespace grotto
