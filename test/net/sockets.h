// Sockets for tests: pairs and loopback connections that close themselves.
// Threads: a value each.
#pragma once

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "base/check.h"

namespace grotto::test {

class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    reset();
    fd_ = std::exchange(other.fd_, -1);
    return *this;
  }
  ~Fd() { reset(); }
  [[nodiscard]] int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }
  void reset() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

  /// Blocking, with a bound: a test fails rather than hangs.
  void send_all(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      GROTTO_CHECK(sent > 0);
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  /// What is there now, up to the end of input or until nothing more waits.
  std::string take_available() const {
    std::string result;
    std::array<char, 65536> buffer;
    for (;;) {
      const ssize_t got = ::recv(fd_, buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (got <= 0) return result;
      result.append(buffer.data(), static_cast<std::size_t>(got));
    }
  }
  /// Waits for the peer's FIN or reset, reading all before it. False after 5 s.
  bool read_to_end(std::string& all) const {
    std::array<char, 65536> buffer;
    for (;;) {
      pollfd waiting{fd_, POLLIN, 0};
      if (::poll(&waiting, 1, 5'000) != 1) return false;
      const ssize_t got = ::recv(fd_, buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (got == 0 || (got < 0 && errno == ECONNRESET)) return true;
      if (got > 0) all.append(buffer.data(), static_cast<std::size_t>(got));
    }
  }
  void end_output() const { ::shutdown(fd_, SHUT_WR); }
  /// Closes with a reset instead of a FIN.
  void abort() {
    const linger now{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    reset();
  }

 private:
  int fd_ = -1;
};

struct Pair {
  Fd near;  // non-blocking: the server's
  Fd far;   // blocking: the peer's
};

inline void set_nonblocking(int fd) {
  GROTTO_CHECK(::fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
}

inline Pair make_unix_pair() {
  std::array<int, 2> fds{};
  GROTTO_CHECK(::socketpair(AF_UNIX, SOCK_STREAM, 0, fds.data()) == 0);
  set_nonblocking(fds[0]);
  return {Fd(fds[0]), Fd(fds[1])};
}

/// Connects to 127.0.0.1:`port`; `receive_buffer` 0: the system's.
inline Fd connect_to(std::uint16_t port, int receive_buffer = 0) {
  Fd fd(::socket(AF_INET, SOCK_STREAM, 0));
  if (receive_buffer != 0) {
    ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  GROTTO_CHECK(::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  return fd;
}

/// Two ends of a TCP connection over loopback; both with small buffers.
inline Pair make_tcp_pair() {
  Fd listening(::socket(AF_INET, SOCK_STREAM, 0));
  const int small = 16 * 1024;
  const int on = 1;
  ::setsockopt(listening.get(), SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
  ::setsockopt(listening.get(), SOL_SOCKET, SO_OOBINLINE, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  GROTTO_CHECK(::bind(listening.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
  GROTTO_CHECK(::listen(listening.get(), 1) == 0);
  ::getsockname(listening.get(), reinterpret_cast<sockaddr*>(&address), &size);
  Fd far = connect_to(ntohs(address.sin_port), small);
  Fd near(::accept(listening.get(), nullptr, nullptr));
  GROTTO_CHECK(near.get() >= 0);
  set_nonblocking(near.get());
  return {std::move(near), std::move(far)};
}

}  // namespace grotto::test
