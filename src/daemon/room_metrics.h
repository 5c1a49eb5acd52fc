// What /metrics says of the rooms: how many there are and what their logs hold.
// Threads: made by main; the source is asked from any.
#pragma once

#include <memory>

#include "daemon/metrics.h"
#include "room/lobby.h"

namespace grotto {

[[nodiscard]] MetricsSource make_room_metrics(std::shared_ptr<Lobby> lobby);

}  // namespace grotto
