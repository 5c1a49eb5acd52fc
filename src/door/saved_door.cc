#include "door/saved_door.h"

#include "door/byte_door.h"
#include "door/hello_door.h"
#include "door/line_door.h"
#include "door/web_door.h"
#include "door/websocket_session.h"

namespace grotto {

std::unique_ptr<ConnectionHandler> make_saved_door(Service& service, DoorSet doors,
                                                   const Limits& limits, std::string_view saved) {
  StateReader state(saved);
  const auto kind = state.choice(SavedDoor::arrival);
  if (!state.is_good()) return nullptr;
  switch (kind) {
    case SavedDoor::hello: return std::make_unique<HelloDoor>(service, doors, std::string());
    case SavedDoor::bytes: return std::make_unique<ByteDoor>(service, doors);
    case SavedDoor::lines: return std::make_unique<LineDoor>(service, doors);
    case SavedDoor::web:
      if (doors.site == nullptr) return nullptr;
      return std::make_unique<WebDoor>(service, *doors.site);
    case SavedDoor::websocket: return std::make_unique<WebSocketSession>(service, limits);
    case SavedDoor::arrival: break;
  }
  return nullptr;
}

}  // namespace grotto
