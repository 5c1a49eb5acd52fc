// fanout_epoll: the limit for a room. What peers say goes to all others, one send per member and
// wake-up, however many lines came from however many; no names, no lines, no bounds. Who is behind
// waits for its writable edge with a copy of what is left.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct Member {
  int fd;
  std::string rest;
  std::size_t own_begin = 0;  // what it said itself in this round, in `said`
  std::size_t own_end = 0;
};

std::vector<Member*> members;
std::string said;  // in this round
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

// All that was said in this round, without the member's own.
void deliver(Member& member) {
  const std::size_t after = said.size() - member.own_end;
  std::size_t left_out = 0;
  if (member.rest.empty()) {
    ssize_t sent = 0;
    if (member.own_end == 0) {
      sent = send(member.fd, said.data(), said.size(), MSG_NOSIGNAL);
    } else {
      iovec parts[] = {{said.data(), member.own_begin}, {said.data() + member.own_end, after}};
      msghdr message{};
      message.msg_iov = parts;
      message.msg_iovlen = 2;
      if (member.own_begin + after > 0) sent = sendmsg(member.fd, &message, MSG_NOSIGNAL);
    }
    left_out = sent > 0 ? static_cast<std::size_t>(sent) : 0;
    if (left_out == member.own_begin + after) return;
  }
  const std::string_view all = said;
  std::string others(all.substr(0, member.own_begin));
  others += all.substr(member.own_end);
  member.rest += others.substr(left_out);
}

void hear(Member& member) {
  const std::size_t begin = said.size();
  for (;;) {
    const ssize_t got = recv(member.fd, buffer, sizeof buffer, 0);
    if (got == 0) std::erase(members, &member);
    if (got == 0) close(member.fd);
    if (got <= 0) break;
    said.append(buffer, static_cast<std::size_t>(got));
  }
  if (said.size() == begin) return;
  member.own_begin = begin;
  member.own_end = said.size();
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
      if ((events[i].events & EPOLLIN) != 0) hear(*speaker);
    }
    if (said.empty()) continue;
    for (Member* member : members) {
      deliver(*member);
      member->own_begin = member->own_end = 0;
    }
    said.clear();
  }
}
