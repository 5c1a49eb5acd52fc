// fanout_epoll: the limit for a room. Bytes of one peer go to all others, one send per member and
// wake-up, however many lines came; no names, no lines, no bounds. Who is behind waits for its
// writable edge with a copy of what is left.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <vector>

namespace {

struct Member {
  int fd;
  std::string rest;
};

std::vector<Member*> members;
char buffer[65536];

void watch(int poll, int fd, void* what) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.ptr = what;
  epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event);
}

void flush(Member& member) {
  const ssize_t sent = send(member.fd, member.rest.data(), member.rest.size(), MSG_NOSIGNAL);
  if (sent > 0) member.rest.erase(0, static_cast<std::size_t>(sent));
}

void deliver(Member& member, const std::string& lines) {
  if (member.rest.empty()) {
    const ssize_t sent = send(member.fd, lines.data(), lines.size(), MSG_NOSIGNAL);
    member.rest.assign(lines, sent > 0 ? static_cast<std::size_t>(sent) : 0);
  } else {
    member.rest += lines;
  }
}

// All that the peer has said by now.
std::string hear(Member& member) {
  std::string lines;
  for (;;) {
    const ssize_t got = recv(member.fd, buffer, sizeof buffer, 0);
    if (got == 0) std::erase(members, &member);
    if (got == 0) close(member.fd);
    if (got <= 0) return lines;
    lines.append(buffer, static_cast<std::size_t>(got));
  }
}

}  // namespace

int main() {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  const int on = 1;
  setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  if (listener < 0 || bind(listener, reinterpret_cast<sockaddr*>(&address), length) != 0) return 1;
  if (listen(listener, 4096) != 0) return 1;
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length);
  std::printf("listening fanout 127.0.0.1:%d\n", ntohs(address.sin_port));
  std::fflush(stdout);

  const int poll = epoll_create1(0);
  watch(poll, listener, nullptr);
  epoll_event events[256];
  for (;;) {
    const int count = epoll_wait(poll, events, 256, -1);
    for (int i = 0; i < count; ++i) {
      auto* const speaker = static_cast<Member*>(events[i].data.ptr);
      if (speaker == nullptr) {
        for (int peer = 0; (peer = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK)) >= 0;) {
          members.push_back(new Member{peer, {}});
          watch(poll, peer, members.back());
        }
        continue;
      }
      if ((events[i].events & EPOLLOUT) != 0 && !speaker->rest.empty()) flush(*speaker);
      if ((events[i].events & EPOLLIN) == 0) continue;
      const std::string lines = hear(*speaker);
      if (lines.empty()) continue;
      for (Member* member : members)
        if (member != speaker) deliver(*member, lines);
    }
  }
}
