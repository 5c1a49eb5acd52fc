// Chat state: what the chat services of all workers share, written down for another process, and
// taken up there: rooms with their logs, lists and accounts that no store keeps, who is absent, who
// went, how often who was wrong about a password.
//
// Not handed over: invitations that nobody has used yet, and what /undo could take back. Threads:
// no worker runs meanwhile. Lifetime: a ChatState lives from restore() to finish().
#pragma once

#include <memory>
#include <vector>

#include "grotto/state.h"
#include "room/room.h"
#include "service/chat_shared.h"

namespace grotto {

class Participant;

void save_chat(ChatShared& shared, StateWriter& state);
/// One who stays behind, as absent with a token; what restore_absent() reads.
void save_absent(Participant& who, StateWriter& state);

class ChatState {
 public:
  explicit ChatState(ChatShared& shared) noexcept : shared_(shared) {}
  ~ChatState();

  void restore(StateReader& state);
  void restore_absent(StateReader& state);

 private:
  void restore_rooms(StateReader& state);

  ChatShared& shared_;
  // In use until everybody who was in them is back; nobody founds them anew.
  std::vector<std::shared_ptr<Room>> used_;
  std::vector<std::shared_ptr<Room>> awaited_;
};

}  // namespace grotto
