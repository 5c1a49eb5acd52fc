// count: the limit for readers. One speaks and many read, who count what ends a delivery and look
// at nothing else: what fan-out costs the server itself, as loopback charges it for whatever the
// reader's side has to wait for.
//   count PORT DIALECT READERS BURST BURSTS WARMUP PID
//     The next burst of lines of 64 bytes is said when all have read the last one, never sleeping;
//     first WARMUP bursts that do not count. PID: the server.
// Prints the server's CPU in microseconds per delivery, deliveries per second, and both processes'
// shares of a core; ends with status 1 if one was lost or doubled.
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>

#include <chrono>
#include <ctime>
#include <fstream>
#include <vector>

#include "count_dialects.h"
#include "sockets.h"

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kTextBytes = 63;
constexpr auto kPatience = std::chrono::seconds(20);

struct Reader {
  int fd;
  std::uint64_t deliveries = 0;
  DeliveryCounter counter;
};

struct Costs {
  double server_us;
  double own_us;
  Clock::time_point at;
};

double server_cpu_us(const std::string& pid) {
  const std::string folder = "/proc/" + pid + "/task/";
  DIR* tasks = opendir(folder.c_str());
  if (tasks == nullptr) fail("there is no such process");
  double ns = 0;
  while (const dirent* task = readdir(tasks)) {
    if (task->d_name[0] == '.') continue;
    double one = 0;
    if (std::ifstream(folder + task->d_name + "/schedstat") >> one) ns += one;
  }
  closedir(tasks);
  return ns / 1e3;
}

Costs costs(const std::string& pid) {
  timespec own{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &own);
  return {server_cpu_us(pid),
          static_cast<double>(own.tv_sec) * 1e6 + static_cast<double>(own.tv_nsec) / 1e3,
          Clock::now()};
}

// Reads away what arrivals and servers' pings bring, until nothing came for so long.
void settle(const std::vector<Reader>& readers, int speaker, int quiet_ms) {
  std::vector<pollfd> all{{speaker, POLLIN, 0}};
  for (const Reader& reader : readers) all.push_back({reader.fd, POLLIN, 0});
  while (poll(all.data(), all.size(), quiet_ms) > 0)
    for (const pollfd& one : all)
      if (one.revents != 0) receive(one.fd);
}

// One burst, until each reader has all of it.
class Room {
 public:
  Room(const Dialect& dialect, std::vector<Reader>& readers, int speaker)
      : dialect_(dialect), readers_(readers), speaker_(speaker), poll_(epoll_create1(0)) {
    fcntl(speaker, F_SETFL, O_NONBLOCK);
    for (std::size_t i = 0; i < readers.size(); ++i) {
      fcntl(readers[i].fd, F_SETFL, O_NONBLOCK);
      watch(poll_, readers[i].fd, i, EPOLLIN | EPOLLET);
    }
  }

  void burst(std::string_view lines, std::uint64_t deliveries) {
    const std::size_t newlines = dialect_.newlines == 0 ? 1 : dialect_.newlines;
    const std::uint64_t awaited = deliveries * newlines * readers_.size();
    std::uint64_t heard = 0;
    auto last = Clock::now();
    for (std::uint32_t idle = 0; heard < awaited || !lines.empty();) {
      say(lines);
      const std::uint64_t more = hear();
      heard += more;
      if (more > 0)
        last = Clock::now();
      else if (++idle % 65'536 == 0 && Clock::now() - last > kPatience)
        fail("lines were lost: nothing came for 20 s");
    }
    for (Reader& reader : readers_) {
      if (reader.deliveries != deliveries * newlines) fail("a reader has not got each line once");
      reader.deliveries = 0;
    }
  }

 private:
  void say(std::string_view& lines) {
    while (recv(speaker_, buffer, sizeof buffer, 0) > 0) continue;
    const ssize_t sent =
        lines.empty() ? 0 : send(speaker_, lines.data(), lines.size(), MSG_NOSIGNAL);
    if (sent > 0) lines.remove_prefix(static_cast<std::size_t>(sent));
  }

  std::uint64_t hear() {
    epoll_event events[256];
    const int ready = epoll_wait(poll_, events, 256, 0);
    std::uint64_t heard = 0;
    for (int e = 0; e < ready; ++e) {
      Reader& reader = readers_[static_cast<std::size_t>(events[e].data.u64)];
      ssize_t got = 0;
      while ((got = recv(reader.fd, buffer, sizeof buffer, 0)) > 0) {
        const std::string_view bytes(buffer, static_cast<std::size_t>(got));
        const std::size_t more = reader.counter.count(bytes, dialect_.newlines == 0);
        reader.deliveries += more;
        heard += more;
      }
      if (got == 0) fail("the server closed");
    }
    return heard;
  }

  const Dialect& dialect_;
  std::vector<Reader>& readers_;
  int speaker_;
  int poll_;
};

int enter(const Dialect& dialect, int port, std::size_t index, bool enters) {
  const int fd = connect_to(port);
  if (enters) dialect.enter(fd, "count-" + std::to_string(index));
  return fd;
}

}  // namespace

int main(int argc, char** argv) {
  program = "count";
  if (argc != 8) fail("usage: count PORT DIALECT READERS BURST BURSTS WARMUP PID");
  const auto number = [argv](int at) { return std::strtoull(argv[at], nullptr, 10); };
  const int port = std::atoi(argv[1]);
  const Dialect& dialect = dialect_named(argv[2]);
  const std::size_t members = number(3), lines_at_once = number(4);
  const std::uint64_t bursts = number(5), warm_up = number(6);

  std::vector<Reader> readers;
  readers.reserve(members);
  for (std::size_t i = 0; i < members; ++i)
    readers.push_back({enter(dialect, port, i, true), 0, {}});
  const int speaker = enter(dialect, port, members, dialect.speaker_enters);
  settle(readers, speaker, dialect.quiet_ms);

  std::string lines;
  for (std::size_t i = 0; i < lines_at_once; ++i) dialect.say(lines, std::string(kTextBytes, 'a'));
  Room room(dialect, readers, speaker);
  for (std::uint64_t b = 0; b < warm_up; ++b) room.burst(lines, lines_at_once);
  const Costs before = costs(argv[7]);
  for (std::uint64_t b = 0; b < bursts; ++b) room.burst(lines, lines_at_once);
  const Costs after = costs(argv[7]);

  const double us = std::chrono::duration<double, std::micro>(after.at - before.at).count();
  const double deliveries = static_cast<double>(members * lines_at_once * bursts);
  const double server_us = after.server_us - before.server_us;
  std::printf("%.6f us per delivery, %.0f deliveries/s, server %.3f, readers %.3f\n",
              server_us / deliveries, deliveries / us * 1e6, server_us / us,
              (after.own_us - before.own_us) / us);
}
