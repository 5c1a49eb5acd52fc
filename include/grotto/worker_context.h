// WorkerContext: what rooms and services may use of the worker thread that runs them.
// Threads: post() may be called from any thread; everything else from the worker's own.
#pragma once

#include <functional>

#include "grotto/timer_wheel.h"

namespace grotto {

struct WorkerCounters;

class WorkerContext {
 public:
  /// 0 … count() - 1.
  [[nodiscard]] virtual unsigned index() const noexcept = 0;
  [[nodiscard]] virtual unsigned count() const noexcept = 0;

  /// Deadlines on this worker's thread.
  [[nodiscard]] virtual TimerWheel& wheel() noexcept = 0;

  /// What this worker counts (base/worker_counters.h).
  [[nodiscard]] virtual WorkerCounters& counters() noexcept = 0;

  /// Runs `task` on this worker's thread, in a later round of its loop. The only call that any
  /// thread may make.
  virtual void post(std::function<void()> task) = 0;

  /// Runs `work`, which takes long, on a thread of the process's pool (libuv's; 4, or
  /// UV_THREADPOOL_SIZE), then `done` on this worker's. The worker does not end before.
  virtual void run_aside(std::function<void()> work, std::function<void()> done) = 0;

 protected:
  ~WorkerContext() = default;
};

}  // namespace grotto
