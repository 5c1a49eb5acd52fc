// load: the limit for a loader. A bare closed loop of one thread that counts what comes and checks
// nothing else.
//   load echo PORT CONNECTIONS DEPTH MESSAGES
//     DEPTH messages of 64 bytes are out per connection
//   load fanout PORT MEMBERS BURST BURSTS bare|chat
//     the next burst is said when all have read the last one
// Prints the number of messages or deliveries done; ends with status 1 if one was lost.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

constexpr std::size_t kLineBytes = 64;
constexpr int kWaitMs = 20'000;

char buffer[1 << 18];

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "load: %s\n", what);
  std::exit(1);
}

int connect_to(int port) {
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

void watch(int poll, int fd, std::size_t index) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = index;
  epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event);
}

void send_all(int fd, const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t sent = send(fd, data, size, MSG_NOSIGNAL);
    if (sent <= 0) fail("the server closed");
    data += sent;
    size -= static_cast<std::size_t>(sent);
  }
}

std::size_t receive(int fd) {
  const ssize_t got = recv(fd, buffer, sizeof buffer, 0);
  if (got <= 0) fail("the server closed");
  return static_cast<std::size_t>(got);
}

int wait_for(int poll, epoll_event* events) {
  const int count = epoll_wait(poll, events, 256, kWaitMs);
  if (count <= 0) fail("messages were lost: nothing came for 20 s");
  return count;
}

void echo(int port, std::size_t connections, std::size_t depth, std::uint64_t messages) {
  const std::string block(kLineBytes * depth, 'a');
  const int poll = epoll_create1(0);
  std::vector<int> fds;
  std::vector<std::size_t> missing(connections, block.size());
  for (std::size_t i = 0; i < connections; ++i) {
    fds.push_back(connect_to(port));
    watch(poll, fds[i], i);
  }
  for (const int fd : fds) send_all(fd, block.data(), block.size());
  std::uint64_t done = 0;
  std::size_t open = connections;
  epoll_event events[256];
  while (open > 0) {
    const int count = wait_for(poll, events);
    for (int e = 0; e < count; ++e) {
      const auto i = static_cast<std::size_t>(events[e].data.u64);
      const std::size_t got = receive(fds[i]);
      if (got > missing[i]) fail("more came than was sent");
      missing[i] -= got;
      if (missing[i] > 0) continue;
      done += depth;
      if (done + (open - 1) * depth >= messages) {
        --open;
        continue;
      }
      missing[i] = block.size();
      send_all(fds[i], block.data(), block.size());
    }
  }
  std::printf("%llu\n", static_cast<unsigned long long>(done));
}

// Names its member and reads on until it is in; what others' arrival brings is read away by
// drain().
void join(int fd, std::size_t index) {
  std::string name = std::to_string(index);
  name += "-m\n";
  send_all(fd, name.data(), name.size());
  std::string heard;
  while (heard.find("Welcome") == std::string::npos) heard.append(buffer, receive(fd));
}

bool drain(const std::vector<int>& fds, int wait_ms) {
  bool any = false;
  for (const int fd : fds) {
    pollfd one{fd, POLLIN, 0};
    while (poll(&one, 1, wait_ms) > 0) {
      receive(fd);
      any = true;
    }
    wait_ms = 0;
  }
  return any;
}

void fanout(int port, std::size_t members, std::size_t burst, std::uint64_t bursts, bool chat) {
  const int poll = epoll_create1(0);
  std::vector<int> fds;
  for (std::size_t i = 0; i < members + 1; ++i) {
    fds.push_back(connect_to(port));
    if (chat) join(fds[i], i);
  }
  // Joins are told at most a second later: quiet for longer is quiet for good.
  for (int quiet = 0; quiet < 3;) quiet = drain(fds, 600) ? 0 : quiet + 1;
  const int speaker = fds.back();
  fds.pop_back();
  for (std::size_t i = 0; i < fds.size(); ++i) watch(poll, fds[i], i);

  const std::string line = std::string(kLineBytes - 1, 'a') + "\n";
  std::string lines;
  for (std::size_t i = 0; i < burst; ++i) lines += line;
  const std::uint64_t expected = members * burst;
  epoll_event events[256];
  for (std::uint64_t b = 0; b < bursts; ++b) {
    send_all(speaker, lines.data(), lines.size());
    std::uint64_t delivered = 0;
    while (delivered < expected) {
      const int count = wait_for(poll, events);
      for (int e = 0; e < count; ++e) {
        const std::size_t got = receive(fds[static_cast<std::size_t>(events[e].data.u64)]);
        for (const char* at = buffer;
             (at = static_cast<const char*>(
                  std::memchr(at, '\n', static_cast<std::size_t>(buffer + got - at)))) != nullptr;
             ++at)
          ++delivered;
      }
    }
    if (delivered != expected) fail("more lines came than were said");
  }
  std::printf("%llu\n", static_cast<unsigned long long>(expected) * bursts);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 6)
    fail(
        "usage: load echo PORT CONNECTIONS DEPTH MESSAGES | load fanout PORT MEMBERS BURST BURSTS "
        "bare|chat");
  const auto number = [argv](int at) { return std::strtoull(argv[at], nullptr, 10); };
  const int port = std::atoi(argv[2]);
  if (std::strcmp(argv[1], "echo") == 0)
    echo(port, number(3), number(4), number(5));
  else
    fanout(port, number(3), number(4), number(5), argc > 6 && std::strcmp(argv[6], "chat") == 0);
}
