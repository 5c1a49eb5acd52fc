#include "grotto/close_reason.h"

namespace grotto {

std::string_view to_string(CloseReason reason) noexcept {
  switch (reason) {
    case CloseReason::none: return "none";
    case CloseReason::peer_closed: return "peer_closed";
    case CloseReason::peer_reset: return "peer_reset";
    case CloseReason::peer_vanished: return "peer_vanished";
    case CloseReason::quit: return "quit";
    case CloseReason::idle_timeout: return "idle_timeout";
    case CloseReason::hello_timeout: return "hello_timeout";
    case CloseReason::slow_reader: return "slow_reader";
    case CloseReason::bad_hello: return "bad_hello";
    case CloseReason::protocol_error: return "protocol_error";
    case CloseReason::tls_failed: return "tls_failed";
    case CloseReason::tls_timeout: return "tls_timeout";
    case CloseReason::tls_truncated: return "tls_truncated";
    case CloseReason::server_full: return "server_full";
    case CloseReason::refused: return "refused";
    case CloseReason::replaced: return "replaced";
    case CloseReason::kicked: return "kicked";
    case CloseReason::banned: return "banned";
    case CloseReason::service_ended: return "service_ended";
    case CloseReason::server_stopping: return "server_stopping";
    case CloseReason::server_upgraded: return "server_upgraded";
    case CloseReason::out_of_memory: return "out_of_memory";
    case CloseReason::internal_error: return "internal_error";
  }
  return "unknown";
}

}  // namespace grotto
