// load: the limit for a loader. A bare closed loop of one thread that counts the bytes that come
// and checks nothing else.
//   load PORT CONNECTIONS DEPTH MESSAGES
//     DEPTH messages of 64 bytes are out per connection
// Prints the number of messages done; ends with status 1 if one was lost.
#include <vector>

#include "sockets.h"

namespace {

constexpr std::size_t kLineBytes = 64;
constexpr int kWaitMs = 20'000;

int wait_for(int poll, epoll_event* events) {
  const int count = epoll_wait(poll, events, 256, kWaitMs);
  if (count <= 0) fail("messages were lost: nothing came for 20 s");
  return count;
}

std::uint64_t echo(int port, std::size_t connections, std::size_t depth, std::uint64_t messages) {
  const std::string block(kLineBytes * depth, 'a');
  const int poll = epoll_create1(0);
  std::vector<int> fds;
  std::vector<std::size_t> missing(connections, block.size());
  for (std::size_t i = 0; i < connections; ++i) {
    fds.push_back(connect_to(port));
    watch(poll, fds[i], i);
  }
  for (const int fd : fds) send_all(fd, block);
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
      send_all(fds[i], block);
    }
  }
  return done;
}

}  // namespace

int main(int argc, char** argv) {
  program = "load";
  if (argc != 5) fail("usage: load PORT CONNECTIONS DEPTH MESSAGES");
  const auto number = [argv](int at) { return std::strtoull(argv[at], nullptr, 10); };
  const std::uint64_t done = echo(std::atoi(argv[1]), number(2), number(3), number(4));
  std::printf("%llu\n", static_cast<unsigned long long>(done));
}
