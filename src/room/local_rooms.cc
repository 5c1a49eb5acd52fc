#include "room/local_rooms.h"

#include <utility>

namespace grotto {

LocalRooms::~LocalRooms() {
  for (auto& [room, part] : parts_) {
    part.local.reset();
    lobby_.give_back(*part.room);
  }
}

LocalRoom* LocalRooms::open(const Name& name, const Lobby::Founding& founding,
                            Lobby::FoundingFault* fault) {
  std::shared_ptr<Room> room = lobby_.use_room(name, founding, fault);
  if (room == nullptr) return nullptr;
  const auto found = parts_.find(room.get());
  if (found != parts_.end()) {
    lobby_.give_back(*room);  // used once per worker
    return found->second.local.get();
  }
  try {
    auto made = LocalRoom::create(*room, worker_, slow_, due_);
    LocalRoom* const local = made.get();
    parts_.emplace(room.get(), Part{room, std::move(made)});
    due_.push(*local);  // to be given up if nobody joins
    return local;
  } catch (...) {
    lobby_.give_back(*room);
    throw;
  }
}

void LocalRooms::end_tick() {
  due_.end_tick([this](LocalRoom& local) {
    Room& room = local.room();
    if (!local.is_deserted() || room.is_permanent()) return;
    const auto part = parts_.extract(&room);
    lobby_.give_back(room);
  });
}

}  // namespace grotto
