#include "daemon/room_metrics.h"

#include <utility>

namespace grotto {

MetricsSource make_room_metrics(std::shared_ptr<Lobby> lobby) {
  return [lobby = std::move(lobby)](MetricsText& text) {
    text.gauge("grotto_rooms", "Rooms, those with nobody in them included.",
               static_cast<std::int64_t>(lobby->rooms()));
    text.gauge("grotto_room_log_bytes", "What the logs of all rooms hold in memory.",
               static_cast<std::int64_t>(lobby->log_memory_bytes()));
    text.counter("grotto_room_log_reclaimed_bytes_total",
                 "What the logs let go of for the bound on their memory.",
                 lobby->reclaimed_bytes());
  };
}

}  // namespace grotto
