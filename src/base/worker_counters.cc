#include "base/worker_counters.h"

namespace grotto {

std::string_view to_string(DoorKind door) noexcept {
  switch (door) {
    case DoorKind::none: return "none";
    case DoorKind::hello: return "hello";
    case DoorKind::plain: return "plain";
    case DoorKind::telnet: return "telnet";
    case DoorKind::bytes: return "bytes";
    case DoorKind::http: return "http";
    case DoorKind::websocket: return "websocket";
    case DoorKind::events: return "events";
    case DoorKind::program: return "program";
  }
  return "unknown";
}

std::string_view to_string(RefusalReason reason) noexcept {
  switch (reason) {
    case RefusalReason::full: return "full";
    case RefusalReason::queue_full: return "queue_full";
    case RefusalReason::per_address: return "per_address";
    case RefusalReason::not_allowed: return "not_allowed";
    case RefusalReason::bad_proxy: return "bad_proxy";
    case RefusalReason::too_many_proxy: return "too_many_proxy";
  }
  return "unknown";
}

}  // namespace grotto
