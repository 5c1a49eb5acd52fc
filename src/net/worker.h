// Worker: one thread's loop, selector, connections, deadlines and tick.
//
// A round of the loop: wait in the selector, where libuv's own descriptor is watched among the
// sockets → timers → one batch (≤ 256 events) is dispatched → ready list → libuv, if it has
// something (posted tasks, datagrams, signals) → deferred tasks → TickHook::on_tick_end() → the
// flush queue, first in first out, at most 256 KiB a turn, yielding after 5 ms → closed connections
// are freed. While the ready list or the flush queue is not empty, the next wait is none.
// Why libuv is inside and not outside: one system call less per wake-up, and waits finer than a
// millisecond. Threads: everything but post(), stop() and now_ns() belongs to the thread that calls
// run().
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "base/address.h"
#include "base/limits.h"
#include "base/result.h"
#include "base/worker_counters.h"
#include "grotto/worker_context.h"
#include "net/connection.h"
#include "net/selectable.h"

namespace grotto {

class Launcher;

/// Told once per tick, after all input of the tick and before anything is flushed. May touch
/// connections.
class TickHook {
 public:
  virtual void on_tick_end() = 0;

 protected:
  ~TickHook() = default;
};

/// Told of the end of connections that are watched (Connection::watch_close()).
class CloseHook {
 public:
  /// It is over for `reason`, and its handler, which can still be asked, does not know yet. Only of
  /// such as were opened.
  virtual void on_connection_over(const Connection& connection, CloseReason reason) = 0;
  /// Its descriptor is closed.
  virtual void on_connection_freed(const Address& peer, CloseReason reason) = 0;

 protected:
  ~CloseHook() = default;
};

class Worker final : public WorkerContext {
 public:
  /// Errors: the descriptors for the selector or the loop cannot be had.
  /// `selector`: the one to use; nullptr: that of this system.
  static Result<std::unique_ptr<Worker>> create(unsigned index, unsigned count,
                                                const Limits& limits,
                                                std::unique_ptr<Selector> selector = nullptr);
  ~Worker();

  unsigned index() const noexcept override;
  unsigned count() const noexcept override;
  TimerWheel& wheel() noexcept override;
  WorkerCounters& counters() noexcept override { return counters_; }
  /// The monotonic clock, in nanoseconds from an arbitrary start.
  [[nodiscard]] static std::uint64_t now_ns() noexcept;
  /// How long this round has taken by now: timers that are armed count from its beginning.
  [[nodiscard]] std::uint64_t round_ms() const noexcept;
  void post(std::function<void()> task) override;
  void run_aside(std::function<void()> work, std::function<void()> done) override;

  /// Runs `task` in this round or the next, on a clean stack. This thread only.
  void defer(std::function<void()> task);

  /// The next wait ends at `at_ns` (as of now_ns()) at the latest, and a tick with it. For
  /// deadlines finer than the wheel's; forgotten once that round has begun.
  void wake_by(std::uint64_t at_ns) noexcept { wake_by_ns_ = std::min(wake_by_ns_, at_ns); }

  void add_tick_hook(TickHook& hook);
  void remove_tick_hook(TickHook& hook);
  void set_close_hook(CloseHook* hook) noexcept { close_hook_ = hook; }

  /// Takes over a connected, non-blocking socket. On failure the descriptor is closed and nullptr
  /// returned.
  Connection* adopt(int fd, const Address& peer, std::unique_ptr<ConnectionHandler> handler);

  /// Takes over what another process has saved of a connection; else as adopt().
  Connection* take_over(int fd, std::unique_ptr<ConnectionHandler> handler,
                        const SavedConnection& saved);

  /// While it is so no open connection is read, whatever handlers ask for: the kernel keeps what
  /// comes. This thread only, or before run().
  void suspend_reading() noexcept { is_reading_suspended_ = true; }
  void go_on_reading() noexcept;
  [[nodiscard]] bool is_reading_suspended() const noexcept { return is_reading_suspended_; }
  /// Whether tasks wait in the inbox, or on the thread pool. Any thread while this one stands
  /// still.
  [[nodiscard]] bool has_tasks();

  /// The rules of TLS for connections that start it from now on; nullptr: there is no TLS. Before
  /// run(), or on the worker's thread.
  void set_tls(std::shared_ptr<const TlsContext> context) noexcept { tls_ = std::move(context); }
  [[nodiscard]] const std::shared_ptr<const TlsContext>& tls() const noexcept { return tls_; }

  /// What starts programs instead of libuv (ChildProcess); nullptr: nothing does. It outlives the
  /// programs. Before run(), or on the worker's thread.
  void set_launcher(Launcher* launcher) noexcept { launcher_ = launcher; }
  [[nodiscard]] Launcher* launcher() const noexcept { return launcher_; }

  /// How many there are; any thread.
  [[nodiscard]] std::size_t connections() const noexcept;
  void for_each_connection(const std::function<void(Connection&)>& visit);

  /// Runs until stop() and until every connection is closed and every handle is gone.
  void run();
  /// One round of run(), for who drives workers and time by himself; false, and nothing done, when
  /// it is over.
  bool run_round();
  /// Any thread. Open connections are closed (server_stopping) if any are left.
  void stop();

  [[nodiscard]] const Limits& limits() const noexcept;
  /// Others from now on. What was sized or armed by the old ones stays as it is, but for
  /// Limits::idle_timeout_ms, which holds for those who are here too. This thread only, or before
  /// run().
  void set_limits(const Limits& limits);

  // ---- For connections, listeners and datagram endpoints ----

  /// What one read takes at most.
  static constexpr std::size_t kReadBytes = 64 * 1024;
  /// So often each connection with something unacknowledged is looked at: has its peer vanished?
  static constexpr std::uint64_t kPeerLookMs = 5000;
  [[nodiscard]] char* read_buffer() noexcept { return read_buffer_.get(); }
  /// For one record's plain bytes, in or out; the first call makes it.
  [[nodiscard]] char* record_buffer();
  [[nodiscard]] std::string& scratch() noexcept { return scratch_; }
  [[nodiscard]] Selector& selector() noexcept { return *selector_; }
  [[nodiscard]] SelectableTable& table() noexcept { return table_; }
  /// The libuv loop, for code in this layer: a uv_loop_t*. It runs in this round or the next.
  [[nodiscard]] void* loop() noexcept;
  void queue_ready(Connection& connection) noexcept;
  void queue_flush(Connection& connection) noexcept;
  void queue_closed(Connection& connection) noexcept;
  /// Destroyed on a clean stack.
  void retire(std::unique_ptr<ConnectionHandler>&& handler);

 private:
  struct Loop;  // libuv's part
  using Batch = std::span<const ReadyEvent>;

  /// A first in, first out list through one of the connection's links.
  template <Connection* Connection::* next>
  class Queue {
   public:
    [[nodiscard]] bool is_empty() const noexcept { return first_ == nullptr; }
    void push(Connection& connection) noexcept;
    Connection& pop() noexcept;
    [[nodiscard]] const Connection& front() const noexcept { return *first_; }
    /// Takes all of `other`, which is empty afterwards.
    void swap(Queue& other) noexcept;

   private:
    Connection* first_ = nullptr;
    Connection* last_ = nullptr;
  };

  Worker(unsigned index, unsigned count, const Limits& limits, std::unique_ptr<Selector> selector);
  [[nodiscard]] Result<Done> open_loop();

  /// In the table and on the selector; nullptr, and the descriptor closed, if that cannot be.
  Connection* enroll(int fd, const Address& peer, std::unique_ptr<ConnectionHandler> handler);

  // The round.
  [[nodiscard]] std::uint64_t wait_until_ns() noexcept;
  void take_time(Batch& batch);
  void dispatch(Batch batch);
  void dispatch(const ReadyEvent& event);
  void run_libuv() noexcept;
  void end_round();
  [[nodiscard]] bool is_busy() const noexcept;
  void serve_ready_list();
  void run_posted();
  void run_deferred();
  void flush();
  void free_closed() noexcept;
  void look_for_vanished_peers();
  void begin_stop();
  template <class Visit>
  void for_each_slot(Visit visit);
  /// Runs `step` for one connection; what it throws ends that connection only.
  template <class Step>
  void guard(Connection& connection, Step step) noexcept;
  /// The same where no one connection is served: what `step` throws is logged. False if it threw.
  template <class Step>
  bool guard_shared(const char* what, Step step) noexcept;

  const unsigned index_;
  const unsigned count_;
  Limits limits_;
  std::unique_ptr<Selector> selector_;
  TimerWheel wheel_;
  std::unique_ptr<char[]> read_buffer_;    // NOLINT(modernize-avoid-c-arrays): left uninitialised
  std::unique_ptr<char[]> record_buffer_;  // NOLINT(modernize-avoid-c-arrays): likewise
  std::string scratch_;
  std::shared_ptr<const TlsContext> tls_;
  Launcher* launcher_ = nullptr;
  SelectableTable table_;
  std::atomic<std::size_t> connection_count_{0};
  std::vector<TickHook*> tick_hooks_;
  CloseHook* close_hook_ = nullptr;
  std::vector<std::function<void()>> deferred_;
  std::vector<std::unique_ptr<ConnectionHandler>> retired_;
  Queue<&Connection::next_ready_> ready_;
  Queue<&Connection::next_flush_> flush_queue_;
  std::vector<Connection*> closed_;                 // has room for all there are
  std::uint64_t last_clock_ms_ = wheel_.now_ms();   // the clock at the last turn of the wheel
  std::uint64_t expected_ms_ = TimerWheel::kNever;  // when the wheel should turn next, by the clock
  std::uint64_t wake_by_ns_ = Selector::kForever;
  std::uint64_t woken_ns_ = now_ns();  // when this round began, by the clock
  bool is_stopping_ = false;
  bool is_reading_suspended_ = false;
  std::size_t aside_ = 0;  // under way on the thread pool
  std::unique_ptr<Loop> loop_;
  WorkerCounters counters_;
  TimerOf<Worker, &Worker::look_for_vanished_peers> peer_check_{*this};

  std::mutex inbox_mutex_;  // guards what follows
  std::vector<std::function<void()>> inbox_;
  bool is_inbox_closed_ = false;
};

}  // namespace grotto
