// Launcher: starts programs through the launch helper, and tells when they end.
//
// The only way to a new process under the system-call filter. A launch waits for the helper's
// answer, 2 s at most (what starts later is killed). If the helper ends, its programs are killed
// and told as ended, one line of the log says so, and every further launch fails: the server goes
// on without. Threads: its worker's only; constructed before the worker runs, or on its thread.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "net/child_process.h"
#include "net/launch_helper.h"
#include "net/launch_message.h"
#include "net/selectable.h"

namespace grotto {

class Worker;

class Launcher final : private Selectable {
 public:
  Launcher(Worker& worker, LaunchHelper helper);
  Launcher(const Launcher&) = delete;
  Launcher& operator=(const Launcher&) = delete;
  /// Lets go of the helper, which kills what it started (but for what outlives us), and waits for
  /// its end, 1 s at most.
  ~Launcher();

  /// Starts a program, in a session of its own, whose descriptors 0, 1, 2 … are copies of
  /// `descriptors` (at most kLaunchDescriptorsMax; they stay the caller's) and which has no others;
  /// returns its process id. `on_exit` is called once, on the loop, when it has ended and what is
  /// left of its group was killed. Errors, with exit status 71: the program cannot be started, the
  /// request is longer than kLaunchBytesMax, the helper has ended or does not answer.
  Result<int> launch(const Launch& launch, std::span<const int> descriptors,
                     ChildProcess::OnExit on_exit);

  /// Sends a signal to the group of a program that has not been told as ended; else nothing.
  void signal_group(int pid, int number) noexcept;

  /// Its on_exit is not called any more. The program goes on.
  void forget(int pid) noexcept;

  /// Kills the program's group and waits until it is reaped, 1 s at most; its on_exit is not
  /// called.
  void end(int pid) noexcept;

  /// Whether programs can be started.
  [[nodiscard]] bool is_there() const noexcept { return socket_.get() >= 0; }
  [[nodiscard]] int helper_pid() const noexcept { return helper_pid_; }

 private:
  struct Child {
    ChildProcess::OnExit on_exit;  // empty: nobody wants to know
    bool outlives_server = false;
  };
  enum class Sent : std::uint8_t { yes, too_long, no };

  void on_ready(const ReadyEvent& event) override;
  void on_exception() noexcept override {}

  [[nodiscard]] Sent send(const std::string& message, std::span<const int> descriptors) noexcept;
  /// False: there is none.
  bool receive(LaunchNotice& notice) noexcept;
  bool await_notice(std::uint64_t until_ns) const noexcept;
  void take(const LaunchNotice& notice);
  void lose() noexcept;
  void tell_lost();
  void let_go() noexcept;

  Worker& worker_;
  Descriptor socket_;
  const int helper_pid_;
  Token token_;
  std::unordered_map<int, Child> children_;  // at most kLaunchedMax, which the helper guards
  std::vector<LaunchNotice> early_;          // came while an answer was awaited
  std::size_t unanswered_ = 0;               // launches that nobody waits for any more
};

}  // namespace grotto
