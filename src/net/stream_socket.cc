#include "net/stream_socket.h"

#include <fcntl.h>
#include <sys/socket.h>

namespace grotto {

int open_stream_socket(int family) noexcept {
#ifdef SOCK_NONBLOCK
  return ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
#else
  const int fd = ::socket(family, SOCK_STREAM, 0);
  if (fd >= 0) {
    ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
  }
  return fd;
#endif
}

}  // namespace grotto
