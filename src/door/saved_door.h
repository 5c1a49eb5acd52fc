// SavedDoor: which door a connection came in by, as the first thing that a door writes down for
// another process; and the same door there. Threads: values.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/limits.h"
#include "door/doors.h"
#include "grotto/state.h"

namespace grotto {

enum class SavedDoor : std::uint8_t {
  hello,
  bytes,
  lines,
  web,
  websocket,
  arrival,  // none yet: it is to be let in as if it had just come
};

/// The door that wrote `saved`, to be restored from it; nullptr if there is none like that here.
/// `service` outlives it.
std::unique_ptr<ConnectionHandler> make_saved_door(Service& service, DoorSet doors,
                                                   const Limits& limits, std::string_view saved);

}  // namespace grotto
