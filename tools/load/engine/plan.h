// Plan: what all threads of a run share: the options, the dialect, the clock and the ledger. Watch:
// how they tell the conductor that something happened. Threads: constant, but for the ledger's and
// the watch's own rules.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "load/dialect/dialect.h"
#include "load/engine/ledger.h"
#include "load/engine/options.h"

namespace grotto::load {

struct Plan {
  const LoadOptions& options;
  std::unique_ptr<Dialect> dialect;
  std::uint32_t tag = 0;       // of this run's lines
  std::uint64_t epoch_ns = 0;  // where the run's clock is 0, by Worker::now_ns()
  Ledger ledger;
};

/// Any thread may change it; whoever waits is woken.
class Watch {
 public:
  struct State {
    std::uint32_t ready = 0;   // members that are in, or were
    std::uint32_t failed = 0;  // members that never got in
    std::uint32_t lost = 0;    // members that the server closed
    std::uint32_t probed = 0;  // readers that have heard a probe
    std::uint32_t interrupts = 0;
    int exit_status = 0;  // of the first failure
    std::string failure;
  };

  template <class Change>
  void change(Change apply) {
    {
      const std::scoped_lock lock(mutex_);
      apply(state_);
    }
    changed_.notify_all();
  }
  [[nodiscard]] State state() {
    const std::scoped_lock lock(mutex_);
    return state_;
  }
  /// Waits until `is_so` holds, at most until `end`. False if it does not hold then.
  template <class Condition>
  bool wait_until(std::chrono::steady_clock::time_point end, Condition is_so) {
    std::unique_lock lock(mutex_);
    return changed_.wait_until(lock, end, [&] { return is_so(state_); });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  State state_;
};

}  // namespace grotto::load
