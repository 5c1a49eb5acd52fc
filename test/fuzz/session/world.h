// World: a chat on two workers, all in one thread and without a kernel's sockets: each round is the
// test's, and so is time. What must hold at any moment is checked after each round.
// Threads: one, and one world at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "memory_socket.h"
#include "net/worker.h"
#include "room/lobby.h"
#include "service/chat.h"

namespace grotto::test {

class World {
 public:
  static constexpr unsigned kWorkers = 2;

  /// `operators`: of the server, once they are logged in.
  explicit World(const std::vector<std::string>& operators = {});
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  /// Ends what is left and checks that nothing of it stays.
  ~World();

  /// Bounds that a few hundred bytes of input can reach.
  [[nodiscard]] static Limits limits();

  /// A new connection to that worker, from that host of 192.0.2.0/24; 0: by a Unix socket.
  MemorySocket& connect(unsigned worker, unsigned host);

  /// One round of each worker.
  void round();
  /// Rounds until nothing is left to do. A worker that never rests is a fault.
  void settle();
  /// Lets time pass, in steps that no worker takes for a stop of the process.
  void pass_ms(std::uint64_t milliseconds);
  /// The process stands still for so long.
  void stand_still_ms(std::uint64_t milliseconds);

  /// SIGTERM: everybody is told.
  void stop_serving();
  [[nodiscard]] std::size_t connections() const;
  [[nodiscard]] Lobby& lobby() { return *lobby_; }

 private:
  class Part;
  void check_bounds();

  const Limits limits_ = limits();
  std::shared_ptr<Lobby> lobby_;
  std::array<MemorySelector*, kWorkers> selectors_{};  // their workers own them
  std::vector<std::unique_ptr<Part>> parts_;
  std::vector<std::unique_ptr<MemorySocket>> sockets_;
};

}  // namespace grotto::test
