// SignalWatcher: a process signal, delivered on a worker's loop.
// Threads: its worker's only.
#pragma once

#include <functional>
#include <memory>

namespace grotto {

class Worker;

class SignalWatcher {
 public:
  /// Calls `on_signal` each time `signal_number` arrives, until destroyed.
  static std::unique_ptr<SignalWatcher> watch(Worker& worker, int signal_number,
                                              std::function<void()> on_signal);
  virtual ~SignalWatcher() = default;
};

}  // namespace grotto
