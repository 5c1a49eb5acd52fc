// Worker: one thread's loop, selector, connections, deadlines and tick.
//
// A round of the loop: libuv calls back once for the selector's descriptor → one batch (≤ 256
// events) is dispatched → ready list → deferred tasks → timers; before the loop sleeps (prepare
// hook): TickHook::on_tick_end(), then the flush queue, first in first out, at most 256 KiB a turn,
// yielding after 5 ms; then closed connections are freed. While the ready list or the flush queue
// is not empty, a uv_idle_t keeps the loop from sleeping. Threads: everything but post() and stop()
// belongs to the thread that calls run().
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "base/limits.h"
#include "base/result.h"
#include "grotto/service.h"
#include "net/address.h"
#include "net/connection.h"

namespace grotto {

/// Told once per tick, after all input of the tick and before anything is flushed. May touch
/// connections.
class TickHook {
 public:
  virtual void on_tick_end() = 0;

 protected:
  ~TickHook() = default;
};

class Worker final : public WorkerContext {
 public:
  /// Errors: the descriptors for the selector or the loop cannot be had.
  static Result<std::unique_ptr<Worker>> create(unsigned index, unsigned count,
                                                const Limits& limits);
  ~Worker();

  unsigned index() const noexcept override;
  unsigned count() const noexcept override;
  TimerWheel& wheel() noexcept override;
  void post(std::function<void()> task) override;

  /// Runs `task` in this round or the next, on a clean stack. This thread only.
  void defer(std::function<void()> task);

  void add_tick_hook(TickHook& hook);
  void remove_tick_hook(TickHook& hook);

  /// Takes over a connected, non-blocking socket. On failure the descriptor is closed and nullptr
  /// returned.
  Connection* adopt(int fd, const Address& peer, std::unique_ptr<ConnectionHandler> handler);

  [[nodiscard]] std::size_t connections() const noexcept;
  void for_each_connection(const std::function<void(Connection&)>& visit);

  /// Runs until stop() and until every connection is closed and every handle is gone.
  void run();
  /// Any thread. Open connections are closed (server_stopping) if any are left.
  void stop();

  [[nodiscard]] const Limits& limits() const noexcept;
};

}  // namespace grotto
