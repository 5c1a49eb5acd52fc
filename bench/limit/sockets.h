// What the bare loaders share: blocking sockets to loopback, and an end with a sentence.
#pragma once

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

inline const char* program = "";
inline char buffer[1 << 18];  // of each reading

[[noreturn]] inline void fail(std::string_view what) {
  std::fprintf(stderr, "%s: %.*s\n", program, static_cast<int>(what.size()), what.data());
  std::exit(1);
}

inline int connect_to(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  if (fd < 0 || connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    fail("cannot connect");
  return fd;
}

inline void watch(int poll, int fd, std::size_t index, std::uint32_t events = EPOLLIN) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = index;
  epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event);
}

inline void send_all(int fd, std::string_view data) {
  while (!data.empty()) {
    const ssize_t sent = send(fd, data.data(), data.size(), MSG_NOSIGNAL);
    if (sent <= 0) fail("the server closed");
    data.remove_prefix(static_cast<std::size_t>(sent));
  }
}

inline std::size_t receive(int fd) {
  const ssize_t got = recv(fd, buffer, sizeof buffer, 0);
  if (got <= 0) fail("the server closed");
  return static_cast<std::size_t>(got);
}

inline void read_until(int fd, std::string_view awaited) {
  std::string heard;
  while (heard.find(awaited) == std::string::npos) heard.append(buffer, receive(fd));
}
