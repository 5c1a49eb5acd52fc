// Follower: somebody who reads a room and is not in it: an event source (web_api.h).
//
// He is in no list, and joins and leaves are not told; else he is a member like others: he is
// waited for, and lapped. Threads: its worker's only.
#pragma once

#include "grotto/web_api.h"
#include "room/local_room.h"
#include "room/member.h"

namespace grotto {

class Follower final : public ApiStream, private Member {
 public:
  /// Reads from the line `from` on, or what is kept behind it; kNoLine: from now on. `room`: of
  /// this worker; it stays while it has members.
  Follower(LocalRoom& room, LineNumber from);
  ~Follower() override;

  void start(Session& session) override;

 private:
  void on_lines() override;
  void on_may_say() override {}  // it says nothing
  void on_too_slow() override;

  Session* session_ = nullptr;
};

}  // namespace grotto
