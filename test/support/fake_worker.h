// FakeWorker: a worker without a thread: tasks run when the test says so.
#pragma once

#include <deque>
#include <functional>
#include <utility>

#include "base/worker_counters.h"
#include "grotto/timer_wheel.h"
#include "grotto/worker_context.h"

namespace grotto::testing {

class FakeWorker final : public WorkerContext {
 public:
  FakeWorker(unsigned index, unsigned count) : index_(index), count_(count) {}
  [[nodiscard]] unsigned index() const noexcept override { return index_; }
  [[nodiscard]] unsigned count() const noexcept override { return count_; }
  [[nodiscard]] TimerWheel& wheel() noexcept override { return wheel_; }
  [[nodiscard]] WorkerCounters& counters() noexcept override { return counters_; }
  void post(std::function<void()> task) override { tasks_.push_back(std::move(task)); }

  void run_aside(std::function<void()> work, std::function<void()> done) override {
    work();
    post(std::move(done));
  }

  void run_posted() {
    while (!tasks_.empty()) {
      const auto task = std::move(tasks_.front());
      tasks_.pop_front();
      task();
    }
  }
  [[nodiscard]] bool has_posted() const { return !tasks_.empty(); }

 private:
  unsigned index_;
  unsigned count_;
  TimerWheel wheel_{0};
  WorkerCounters counters_;
  std::deque<std::function<void()>> tasks_;
};

}  // namespace grotto::testing
