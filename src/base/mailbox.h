// Mailbox: the way to a worker for those who may outlive who reads there: when its reader is gone,
// what is posted is dropped. Threads: post() from any; close() from the worker's.
#pragma once

#include <functional>
#include <mutex>
#include <utility>

#include "grotto/worker_context.h"

namespace grotto {

class Mailbox {
 public:
  explicit Mailbox(WorkerContext& worker) noexcept : worker_(&worker) {}

  /// Runs `task` on the worker's thread, in a later round. After close() it is dropped.
  void post(std::function<void()> task) {
    const std::scoped_lock lock(mutex_);
    if (worker_ != nullptr) worker_->post(std::move(task));
  }

  /// The reader goes.
  void close() {
    const std::scoped_lock lock(mutex_);
    worker_ = nullptr;
  }

 private:
  std::mutex mutex_;
  WorkerContext* worker_;
};

}  // namespace grotto
