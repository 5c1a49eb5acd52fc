#include "client/link/write_all.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

namespace grotto::client {

bool write_all(int fd, std::string_view bytes) noexcept {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
      continue;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) return false;
    pollfd writable{.fd = fd, .events = POLLOUT, .revents = 0};  // somebody made it non-blocking
    ::poll(&writable, 1, -1);
  }
  return true;
}

}  // namespace grotto::client
