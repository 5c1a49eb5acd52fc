#include "net/worker.h"

#include <fmt/format.h>
#include <unistd.h>
#include <uv.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "net/pool_work.h"
#include "net/saved_connection.h"
#include "net/tls_stream.h"
#include "net/uv_handle.h"

namespace grotto {

namespace {

constexpr std::uint64_t kFlushYieldNs = 5'000'000;
constexpr std::uint64_t kLateMs = 1000;  // later than that is a stop of the process, not load
constexpr int kBatchesWhenLate = 64;
constexpr std::uint64_t kOwnWaitNs = 10'000'000;  // where the selector cannot watch libuv (law 6)
constexpr std::uint64_t kNsPerMs = 1'000'000;

std::uint64_t clock_ms() {
  return Selector::now_ns() / kNsPerMs;
}

}  // namespace

struct Worker::Loop final : Selectable {
  /// libuv's descriptor is ready.
  void on_ready(const ReadyEvent& /*event*/) override { is_due = true; }
  void on_exception() noexcept override {}

  uv_loop_t loop{};
  UvHandle<uv_async_t> async;
  bool is_due = true;
};

// ---- Queues ------------------------------------------------------------------------------------

template <Connection* Connection::* next>
void Worker::Queue<next>::push(Connection& connection) noexcept {
  connection.*next = nullptr;
  (last_ == nullptr ? first_ : last_->*next) = &connection;
  last_ = &connection;
}

template <Connection* Connection::* next>
Connection& Worker::Queue<next>::pop() noexcept {
  Connection& popped = *first_;
  first_ = popped.*next;
  if (first_ == nullptr) last_ = nullptr;
  return popped;
}

template <Connection* Connection::* next>
void Worker::Queue<next>::swap(Queue& other) noexcept {
  std::swap(first_, other.first_);
  std::swap(last_, other.last_);
}

void Worker::queue_ready(Connection& connection) noexcept {
  if (connection.is_in_ready_) return;
  connection.is_in_ready_ = true;
  ready_.push(connection);
}

void Worker::queue_flush(Connection& connection) noexcept {
  if (connection.is_in_flush_) return;
  connection.is_in_flush_ = true;
  flush_queue_.push(connection);
}

void Worker::queue_closed(Connection& connection) noexcept {
  closed_.push_back(&connection);
}

void Worker::retire(std::unique_ptr<ConnectionHandler>&& handler) {
  retired_.emplace_back();  // if this throws, the handler, which may be the caller, lives on
  retired_.back() = std::move(handler);
}

template <class Visit>
void Worker::for_each_slot(Visit visit) {
  table_.for_each([&](Selectable& each) {
    if (Connection* const connection = each.as_connection()) visit(*connection);
  });
}

// ---- Construction ------------------------------------------------------------------------------

Worker::Worker(unsigned index, unsigned count, const Limits& limits,
               std::unique_ptr<Selector> selector)
    : index_(index),
      count_(count),
      limits_(limits),
      selector_(std::move(selector)),
      wheel_(clock_ms()),
      read_buffer_(new char[kReadBytes]),
      loop_(std::make_unique<Loop>()) {}

Result<std::unique_ptr<Worker>> Worker::create(unsigned index, unsigned count, const Limits& limits,
                                               std::unique_ptr<Selector> selector) {
  if (selector == nullptr) {
    auto made = Selector::create();
    if (!made) return made.error();
    selector = std::move(*made);
  }
  std::unique_ptr<Worker> worker(new Worker(index, count, limits, std::move(selector)));
  const auto opened = worker->open_loop();
  if (!opened) return opened.error();
  return worker;
}

Result<Done> Worker::open_loop() {
  uv_loop_t* const loop = &loop_->loop;
  int error = uv_loop_init(loop);
  if (error != 0) {
    loop_.reset();  // nothing to close
    return Error{fmt::format("cannot start an event loop: {}", uv_strerror(error)), 71};
  }
  // data is cast back in exactly one line per callback type.
  const auto fail = [&] {
    return Error{fmt::format("cannot set up an event loop: {}", uv_strerror(error)), 71};
  };
  error = loop_->async.open(this, [&](uv_async_t* handle) {
    return uv_async_init(loop, handle, [](uv_async_t* each) noexcept {
      static_cast<Worker*>(each->data)->run_posted();
    });
  });
  if (error != 0) return fail();
  uv_run(loop, UV_RUN_NOWAIT);  // libuv registers the wake-up with its descriptor
  if (selector_->nests() &&
      !selector_->add_level_triggered(uv_backend_fd(loop), table_.add(*loop_))) {
    error = UV_ENOMEM;
    return fail();
  }
  return Done{};
}

Worker::~Worker() {
  if (loop_ == nullptr) return;
  {
    const std::scoped_lock lock(inbox_mutex_);
    is_inbox_closed_ = true;
  }
  begin_stop();
  flush_queue_ = {};
  ready_ = {};
  for_each_slot(
      [](Connection& connection) { connection.is_in_ready_ = connection.is_in_flush_ = false; });
  while (!closed_.empty()) free_closed();
  peer_check_.cancel();
  loop_->async.reset();
  uv_run(&loop_->loop, UV_RUN_DEFAULT);
  GROTTO_CHECK(uv_loop_close(&loop_->loop) == 0);
}

unsigned Worker::index() const noexcept {
  return index_;
}
unsigned Worker::count() const noexcept {
  return count_;
}
TimerWheel& Worker::wheel() noexcept {
  return wheel_;
}
const Limits& Worker::limits() const noexcept {
  return limits_;
}
std::uint64_t Worker::now_ns() noexcept {
  return Selector::now_ns();
}
void* Worker::loop() noexcept {
  loop_->is_due = true;  // what is begun there is registered when libuv runs
  return &loop_->loop;
}

char* Worker::record_buffer() {
  if (record_buffer_ == nullptr) record_buffer_.reset(new char[TlsStream::kRecordBytes]);
  return record_buffer_.get();
}

// ---- Connections -------------------------------------------------------------------------------

Connection* Worker::enroll(int fd, const Address& peer,
                           std::unique_ptr<ConnectionHandler> handler) {
  if (is_stopping_) {
    ::close(fd);
    return nullptr;
  }
  Connection* made = nullptr;
  try {
    // Those that are being freed still stand there.
    const std::size_t may_close = closed_.size() + connections();
    if (closed_.capacity() <= may_close) closed_.reserve(2 * may_close + 16);
    made = new Connection(*this, fd, peer, std::move(handler));
    made->token_ = table_.add(*made);
  } catch (...) {
    delete made;
    ::close(fd);
    return nullptr;
  }
  connection_count_.fetch_add(1, std::memory_order_relaxed);
  if (!selector_->add_stream(fd, made->token_)) {
    made->is_released_ = true;  // on_open() was never called, so on_closed() is not
    made->close(CloseReason::out_of_memory);
    return nullptr;
  }
  if (!peer_check_.is_armed()) wheel_.arm(peer_check_, kPeerLookMs);
  return made;
}

Connection* Worker::adopt(int fd, const Address& peer, std::unique_ptr<ConnectionHandler> handler) {
  Connection* const made = enroll(fd, peer, std::move(handler));
  if (made != nullptr) guard(*made, [&] { made->handler_->on_open(*made); });
  return made;
}

Connection* Worker::take_over(int fd, std::unique_ptr<ConnectionHandler> handler,
                              const SavedConnection& saved) {
  Connection* const made = enroll(fd, saved.peer, std::move(handler));
  if (made != nullptr) guard(*made, [&] { made->take_over(saved); });
  return made;
}

std::uint64_t Worker::round_ms() const noexcept {
  return (now_ns() - woken_ns_) / kNsPerMs;
}

std::size_t Worker::connections() const noexcept {
  return connection_count_.load(std::memory_order_relaxed);
}

void Worker::for_each_connection(const std::function<void(Connection&)>& visit) {
  for_each_slot([&](Connection& connection) {
    if (connection.state_ != Connection::State::closed) {
      guard(connection, [&] { visit(connection); });
    }
  });
}

void Worker::look_for_vanished_peers() {
  for_each_slot([](Connection& connection) {
    if (connection.has_peer_vanished()) {
      connection.close(CloseReason::peer_vanished);
    }
  });
  if (connections() > 0) wheel_.arm(peer_check_, kPeerLookMs);
}

void Worker::free_closed() noexcept {
  const std::size_t count = closed_.size();  // who is closed meanwhile has the next round
  std::size_t kept = 0;
  for (std::size_t i = 0; i < count; ++i) {
    Connection& connection = *closed_[i];
    const bool is_watched = connection.is_close_watched_ && close_hook_ != nullptr;
    if (!connection.is_released_) {
      if (is_watched) close_hook_->on_connection_over(connection, connection.reason_);
      connection.tell_closed();
      connection.is_released_ = true;  // told
    }
    if (connection.is_in_ready_ || connection.is_in_flush_) {
      closed_[kept++] = &connection;  // a list still leads to it: next round
      continue;
    }
    table_.remove(connection.token_);
    connection_count_.fetch_sub(1, std::memory_order_relaxed);
    if (connection.fd_ >= 0) {
      ::close(connection.fd_);
      if (is_watched) close_hook_->on_connection_freed(connection.peer_, connection.reason_);
    }
    delete &connection;
  }
  closed_.erase(closed_.begin() + static_cast<std::ptrdiff_t>(kept),
                closed_.begin() + static_cast<std::ptrdiff_t>(count));
  retired_.clear();
}

// ---- The round ---------------------------------------------------------------------------------

template <class Step>
void Worker::guard(Connection& connection, Step step) noexcept {
  try {
    step();
  } catch (...) {
    connection.on_exception();
  }
}

template <class Step>
bool Worker::guard_shared(const char* what, Step step) noexcept {
  try {
    step();
    return true;
  } catch (const std::exception& exception) {
    log::error("exception", {{"in", what}, {"what", exception.what()}});
  } catch (...) {
    log::error("exception", {{"in", what}});
  }
  return false;
}

/// Until when the selector may wait.
std::uint64_t Worker::wait_until_ns() noexcept {
  // From the wheel's own last turn, so that a round that took long is seen to be late.
  const std::uint64_t due_in_ms = wheel_.next_due_in(last_clock_ms_);
  expected_ms_ = due_in_ms == TimerWheel::kNever ? TimerWheel::kNever : last_clock_ms_ + due_in_ms;
  const std::uint64_t wake_by = std::exchange(wake_by_ns_, Selector::kForever);
  // Closing handles and new watchers count as something to do at once; libuv's own timers are not
  // used here, but whoever comes to use one is not forgotten.
  const int uv_wait_ms = uv_backend_timeout(&loop_->loop);
  if (is_busy() || loop_->is_due || uv_wait_ms == 0) return Selector::kAtOnce;
  std::uint64_t until = wake_by;
  if (expected_ms_ != TimerWheel::kNever) until = std::min(until, expected_ms_ * kNsPerMs);
  if (uv_wait_ms > 0)
    until = std::min(until, now_ns() + static_cast<unsigned>(uv_wait_ms) * kNsPerMs);
  return selector_->nests() ? until : std::min(until, now_ns() + kOwnWaitNs);
}

/// The loop woke up: served time goes on and what is due fires.
void Worker::take_time(Batch& batch) {
  woken_ns_ = Selector::now_ns();
  const std::uint64_t clock = woken_ns_ / kNsPerMs;
  if (clock >= expected_ms_) counters_.lag.observe_ns(woken_ns_ - expected_ms_ * kNsPerMs);
  if (expected_ms_ != TimerWheel::kNever && clock > expected_ms_ + kLateMs) {
    // Served time stands still from the last turn on, so that what is read now is not old at once.
    const std::uint64_t gap = clock - last_clock_ms_;
    // What came in while we stood still counts as in time: first one pass over the sockets.
    for (int i = 0; i < kBatchesWhenLate && !batch.empty(); ++i) {
      dispatch(batch);
      batch = selector_->take(Selector::kAtOnce);
    }
    serve_ready_list();
    wheel_.shift(gap);
  }
  last_clock_ms_ = clock;
  // A timer that throws costs no other its turn.
  while (!guard_shared("timer", [&] { wheel_.advance(clock); })) {
  }
}

void Worker::dispatch(Batch batch) {
  for (const ReadyEvent& event : batch) dispatch(event);
}

void Worker::run_libuv() noexcept {
  loop_->is_due = false;
  uv_run(&loop_->loop, UV_RUN_NOWAIT);
}

void Worker::dispatch(const ReadyEvent& event) {
  Selectable* const selectable = table_.find(event.token);
  if (selectable == nullptr) return;  // a late event of a former owner (L4)
  try {
    selectable->on_ready(event);
  } catch (...) {
    selectable->on_exception();
  }
}

void Worker::serve_ready_list() {
  Queue<&Connection::next_ready_> turn;
  turn.swap(ready_);
  while (!turn.is_empty()) {
    Connection& connection = turn.pop();
    connection.is_in_ready_ = false;
    guard(connection, [&] {
      if (connection.may_read() && connection.read_turn() == Connection::Turn::more) {
        queue_ready(connection);
      }
    });
  }
}

void Worker::run_posted() {
  std::vector<std::function<void()>> tasks;
  {
    const std::scoped_lock lock(inbox_mutex_);
    tasks.swap(inbox_);
  }
  for (const auto& task : tasks) guard_shared("posted task", [&] { task(); });
}

void Worker::run_deferred() {
  while (!deferred_.empty()) {
    std::vector<std::function<void()>> tasks;
    tasks.swap(deferred_);
    for (const auto& task : tasks) guard_shared("deferred task", [&] { task(); });
  }
}

void Worker::end_round() {
  run_deferred();
  for (TickHook* hook : tick_hooks_) guard_shared("tick", [&] { hook->on_tick_end(); });
  flush();
  free_closed();
  counters_.tick.observe_ns(Selector::now_ns() - woken_ns_);
}

bool Worker::is_busy() const noexcept {
  return !ready_.is_empty() || !flush_queue_.is_empty() || !closed_.empty() || !deferred_.empty();
}

void Worker::flush() {
  if (flush_queue_.is_empty()) return;
  std::uint64_t yield_at = 0;  // from the first look at the clock on: most rounds need none
  Queue<&Connection::next_flush_> again;  // had their turn and have more
  unsigned served = 0;
  while (!flush_queue_.is_empty()) {
    Connection& connection = flush_queue_.pop();
    connection.is_in_flush_ = false;
    if (!flush_queue_.is_empty()) flush_queue_.front().prefetch();
    guard(connection, [&] {
      if (connection.flush_turn() == Connection::Turn::more && !connection.is_in_flush_) {
        connection.is_in_flush_ = true;
        again.push(connection);
      }
    });
    if (++served % 16 != 0) continue;
    const std::uint64_t now = Selector::now_ns();
    if (yield_at == 0) yield_at = now + kFlushYieldNs;
    if (now >= yield_at) break;
  }
  while (!again.is_empty()) flush_queue_.push(again.pop());
}

// ---- Tasks -------------------------------------------------------------------------------------

void Worker::post(std::function<void()> task) {
  const std::scoped_lock lock(inbox_mutex_);
  if (is_inbox_closed_) return;
  inbox_.push_back(std::move(task));
  if (inbox_.size() == 1) uv_async_send(loop_->async.get());
}

void Worker::run_aside(std::function<void()> work, std::function<void()> done) {
  const auto ended = [this, done] {
    --aside_;
    done();
  };
  ++aside_;
  if (run_on_pool(&loop_->loop, work, ended)) return;
  work();  // slow, but done
  defer(ended);
}

void Worker::defer(std::function<void()> task) {
  deferred_.push_back(std::move(task));
}

void Worker::add_tick_hook(TickHook& hook) {
  tick_hooks_.push_back(&hook);
}

void Worker::remove_tick_hook(TickHook& hook) {
  std::erase(tick_hooks_, &hook);
}

// ---- Running -----------------------------------------------------------------------------------

bool Worker::run_round() {
  if (is_stopping_ && connections() == 0 && aside_ == 0) return false;
  Batch batch = selector_->take(wait_until_ns());
  take_time(batch);
  dispatch(batch);
  if (!ready_.is_empty()) serve_ready_list();
  if (loop_->is_due || !selector_->nests() || uv_backend_timeout(&loop_->loop) == 0) run_libuv();
  end_round();
  return true;
}

void Worker::run() {
  Outbox::prepare_thread();
  while (run_round()) {
  }
}

void Worker::stop() {
  post([this] { begin_stop(); });
}

void Worker::begin_stop() {
  is_stopping_ = true;
  for_each_slot([](Connection& connection) { connection.close(CloseReason::server_stopping); });
}

}  // namespace grotto
