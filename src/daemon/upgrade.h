// Server::Upgrade: a new process of the program's file takes over what this one serves.
//
//   idle ──begin()──▶ starting ──hello──▶ quieting ──nothing is under way──▶ handing over ──▶ over
//   any of the steps in between ──it takes too long, or is refused──▶ idle, and all go on
//
// Until hello the server serves as ever. Then nothing is read for a moment, so that no command is
// half done, the workers stand still, and all is written down and sent; nobody sees more of it than
// a pause of some ten milliseconds. inheritance.h has what is sent, and is the other side.
// Threads: worker 0's; while the others stand still it touches what is theirs.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "daemon/server.h"
#include "grotto/state.h"
#include "net/descriptor_channel.h"

namespace grotto {

class Server::Upgrade {
 public:
  explicit Upgrade(Server& server) noexcept : server_(server) {}
  ~Upgrade();

  /// Starts the new process, unless one is on its way.
  void begin();
  /// The server stops: whatever is under way is given up.
  void give_up_quietly();

 private:
  enum class State : std::uint8_t { idle, starting, quieting, over };
  class Freeze;

  [[nodiscard]] Result<Done> start_process();
  void on_timer();
  void await_hello();
  void quiet();
  void next_lap();
  void try_to_freeze();
  [[nodiscard]] bool is_quiet() const;
  void hand_over(Freeze& freeze);
  [[nodiscard]] std::string write_down();
  void write_connections(StateWriter& state);
  [[nodiscard]] std::string send(const std::string& written);
  void go();
  void fail(std::string_view why);
  void tell_outcome(bool is_good, std::string sentence) const;
  void end_process() noexcept;

  static constexpr std::uint64_t kReadyMs = 5'000;  // until hello, and until ready
  static constexpr std::uint64_t kPollMs = 10;
  static constexpr std::uint64_t kAnswerMs = 1'000;  // for each step before that, while all wait
  static constexpr std::uint64_t kStoreMs = 2'000;   // for the store to write what waits
  static constexpr unsigned kLaps = 4;               // a task may post another one, which posts …
  static constexpr std::uint64_t kQuietMs =
      2'000;  // for what is under way; nobody is read meanwhile
  static constexpr std::uint64_t kTryMs = 10;

  Server& server_;
  State state_ = State::idle;
  int process_ = -1;  // the new one
  std::unique_ptr<DescriptorChannel> channel_;
  std::uint64_t deadline_ms_ = 0;
  std::uint64_t began_ns_ = 0;
  unsigned laps_ = 0;
  unsigned waiting_for_ = 0;      // workers that have not answered in this lap
  std::vector<int> descriptors_;  // in the order in which they are written down
  TimerOf<Upgrade, &Upgrade::on_timer> timer_{*this};
};

}  // namespace grotto
