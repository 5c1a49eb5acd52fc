#include "net/accept_backoff.h"

#include <algorithm>
#include <cerrno>

namespace grotto {

namespace {

/// Errors of the one connection that was to be accepted (accept(2)), not of the server.
bool is_of_the_peer(int error) noexcept {
  switch (error) {
    case ECONNABORTED:
    case EPROTO:
    case EPERM:
    case ENETDOWN:
    case ENETUNREACH:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case EOPNOTSUPP:
    case ENOPROTOOPT: return true;
    default: return false;
  }
}

}  // namespace

std::uint64_t AcceptBackoff::on_error(int error, const Limits& limits) noexcept {
  if (is_of_the_peer(error) && free_retries_ > 0) {
    --free_retries_;
    return 0;
  }
  pause_ms_ = std::min(std::max(pause_ms_ * 2, limits.accept_pause_ms), limits.accept_pause_max_ms);
  return pause_ms_;
}

}  // namespace grotto
