// Connection: one stream peer (TCP or Unix) on a worker's selector.
//
// Reads into the worker's one buffer, keeps no read or write buffer while idle, sends its outbox
// and then its feed with one gathered write per tick. It goes open → closing → closed and is freed
// by its worker in one place, after the selector's batch, when no frame on the stack can still use
// it.
//
// The laws of edges that bite here (design §1; numbered as in selector.h):
//   L1 writability is registered at the first EAGAIN of a write and then kept.
//   L2 a short read means drained only if no event since the last EAGAIN carried an end hint; the
//   hint is sticky. L3 a turn reads at most 64 KiB; who still has bytes goes on the ready list. To
//   pause is not to read; to resume is to
//      go on the ready list.
// Threads: its worker's only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/address.h"
#include "base/worker_counters.h"
#include "grotto/close_reason.h"
#include "grotto/timer_wheel.h"
#include "net/outbox.h"
#include "net/selectable.h"

namespace grotto {

class Connection;
class Feed;
class StateReader;
class StateWriter;
struct PeerSummary;
struct SavedConnection;
class TlsContext;
class TlsStream;
class Worker;

/// What a door implements. Owned by the connection, destroyed with it.
class ConnectionHandler {
 public:
  virtual ~ConnectionHandler() = default;

  /// The connection is in its worker's table; nothing was read yet.
  virtual void on_open(Connection& connection) = 0;

  /// Bytes from the peer, at most 64 KiB, in the worker's read buffer: valid for the call only.
  /// Never called while paused or after end of input.
  virtual void on_bytes(Connection& connection, std::string_view bytes) = 0;

  /// The peer ended its input (FIN). Called once, after the last on_bytes(). The connection can
  /// still send.
  virtual void on_end_of_input(Connection& connection) = 0;

  /// The handshake of start_tls() is over: what is written from now on goes out encrypted. Called
  /// once, before any on_bytes() with what was in it.
  virtual void on_encrypted(Connection& connection) { static_cast<void>(connection); }

  /// The outbox, having been above `Limits::outbox_bytes_max` since the last call, fell below half
  /// of it.
  virtual void on_outbox_low(Connection& connection) { static_cast<void>(connection); }

  /// Nothing was read for Limits::idle_timeout_ms. Default: finish(idle_timeout).
  virtual void on_idle(Connection& connection);

  /// Reading is paused and the peer may have ended its input, or gone: Connection::has_input()
  /// tells.
  virtual void on_end_hint(Connection& connection) { static_cast<void>(connection); }

  /// The server is stopping: say goodbye and finish. Default: finish(server_stopping).
  virtual void on_stopping(Connection& connection);

  /// The TLS handshake, or what came after it, failed; on_closed(tls_failed) follows. `why`: in the
  /// library's words, for the call only.
  virtual void on_tls_failed(Connection& connection, std::string_view why) {
    static_cast<void>(connection);
    static_cast<void>(why);
  }

  /// The server is upgraded: writes down what restore() needs in the new process. False, and the
  /// connection stays behind, if it cannot be handed over. Changes nothing.
  [[nodiscard]] virtual bool save(Connection& connection, StateWriter& state) {
    static_cast<void>(connection);
    static_cast<void>(state);
    return false;
  }
  /// In place of on_open(), for a connection that another process has saved. What does not make
  /// sense leaves `state` not good: the connection is closed then.
  virtual void restore(Connection& connection, StateReader& state) {
    static_cast<void>(connection);
    static_cast<void>(state);
  }
  /// It cannot be handed over: writes down what lets its person come back in the new process.
  /// False: there is nothing to come back to. Changes nothing that is seen.
  [[nodiscard]] virtual bool save_absent(Connection& connection, StateWriter& state) {
    static_cast<void>(connection);
    static_cast<void>(state);
    return false;
  }
  /// The others were handed over and this one was not: say so and finish. Default:
  /// finish(server_upgraded).
  virtual void on_upgrading(Connection& connection);

  /// The connection is over: what there is to be told of its peer (peer_summary.h). Asked before
  /// on_closed(). Default: nothing.
  virtual void summarize(PeerSummary& summary) const noexcept { static_cast<void>(summary); }

  /// The connection is closed; called exactly once for each on_open(); the handler is destroyed
  /// soon after.
  virtual void on_closed(Connection& connection, CloseReason reason) = 0;
};

class Connection final : private Selectable, private Timer {
 public:
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Queues a copy of `bytes` and `tail`. Dropped silently once finish() or close() was called.
  void write(std::string_view bytes, std::string_view tail = {});

  /// Private bytes that the kernel has not taken.
  [[nodiscard]] std::size_t outbox_bytes() const noexcept;
  /// Closes at once, and the kernel forgets what the peer has not acknowledged (RST).
  void abort(CloseReason reason) noexcept;
  /// Those of the outbox, and what the kernel has that the peer's has not acknowledged (SIOCOUTQ).
  [[nodiscard]] std::size_t undelivered_bytes() const noexcept;

  /// Sends from `feed` after the outbox; nullptr: no more.
  void follow(Feed* feed) noexcept;

  /// Something may be there to send: one flush before the loop sleeps. O(1); repeated calls in a
  /// tick are one.
  void touch() noexcept;

  /// Reading stops after the current call / goes on by the ready list.
  void pause_reading() noexcept;
  void resume_reading() noexcept;
  [[nodiscard]] bool is_paused() const noexcept;

  /// At most so many bytes per read from now on (1 … 64 KiB); at first Limits::pending_bytes_max,
  /// as what a door does not take at once of a read waits.
  void set_read_limit(std::size_t bytes) noexcept;

  /// Reads no more; sends the outbox and then the feed until it has no more; then shuts down,
  /// drains the input for `Limits::close_drain_ms` (so that no reset eats the last line) and
  /// closes. A peer that takes nothing for `Limits::no_progress_ms` is closed all the same. The
  /// first reason counts.
  void finish(CloseReason reason) noexcept;

  /// Sends the outbox and what the feed has, then ends the output (FIN): the peer reads the end of
  /// its input. Reading goes on until the peer ends too, or finish() or close().
  void end_output() noexcept;

  /// Closes now: nothing queued is sent. on_closed() follows after the selector's batch. May be
  /// called from anywhere on its thread, any number of times; the first reason counts.
  void close(CloseReason reason) noexcept;

  [[nodiscard]] bool is_open() const noexcept;  // neither finish() nor close() was called
  [[nodiscard]] bool input_ended() const noexcept;

  [[nodiscard]] const Address& peer() const noexcept;
  [[nodiscard]] Worker& worker() const noexcept;
  [[nodiscard]] int fd() const noexcept;

  /// Served time (TimerWheel::now_ms) of the last byte read.
  [[nodiscard]] std::uint64_t last_read_ms() const noexcept;
  /// For how long nothing was read.
  [[nodiscard]] std::uint64_t idle_ms() const noexcept;

  // What it was until now, over upgrades too.
  /// For how long it has been there, in whole seconds of served time.
  [[nodiscard]] std::uint64_t lasted_s() const noexcept;
  /// From and to the kernel, under TLS as they went.
  [[nodiscard]] std::uint64_t bytes_in() const noexcept { return bytes_in_; }
  [[nodiscard]] std::uint64_t bytes_out() const noexcept { return bytes_out_; }

  // ---- TLS (connection_tls.cc) ----

  /// Speaks TLS from now on, by the worker's rules (Worker::tls()): on_bytes() yields plain bytes,
  /// and write(), follow() and finish() take them. They wait for the handshake, which has
  /// Limits::tls_handshake_ms. `first_bytes`: what was read of it before (copied). Ends the
  /// connection (out_of_memory) if there is no memory for it. REQUIRES: Worker::tls() is set,
  /// nothing was written yet, and it is not encrypted.
  void start_tls(std::string_view first_bytes);
  /// The same as the client of a server named `host` (for its certificate; "": any).
  void start_tls_client(std::shared_ptr<const TlsContext> context, const std::string& host);
  [[nodiscard]] bool is_encrypted() const noexcept { return tls_ != nullptr; }
  /// The input ended without TLS's close_notify: what is unfinished in it may be cut.
  [[nodiscard]] bool is_truncated() const noexcept;
  /// The subject of the certificate that the peer has shown and that is trusted; else empty.
  [[nodiscard]] std::string tls_subject() const;

  /// Whether the kernel holds input that was not read; false if the peer ended its input and
  /// nothing is left of it. True while there is no telling.
  [[nodiscard]] bool has_input() const noexcept;
  /// Whether bytes have come that were not read yet, as when the round takes long.
  [[nodiscard]] bool has_unread() const noexcept;

  // ---- Upgrades (connection_upgrade.cc) ----

  /// Where it came in; a number of its server's, kept for it.
  void set_origin(std::uint16_t origin) noexcept { origin_ = origin; }
  /// Writes down what another process needs to go on with it; false if it cannot be handed over.
  /// Nothing may be read, sent or changed until that process has it, or failed.
  [[nodiscard]] bool save(StateWriter& state);
  /// Of one that cannot be handed over.
  [[nodiscard]] bool save_absent(StateWriter& state) {
    return is_open() && handler_->save_absent(*this, state);
  }
  [[nodiscard]] std::uint16_t origin() const noexcept { return origin_; }
  /// It stays behind.
  void stay_behind() {
    if (is_open()) handler_->on_upgrading(*this);
  }

  /// Tells the handler that the server is stopping.
  void stop_serving() {
    if (is_open()) handler_->on_stopping(*this);
  }

  /// What it speaks from now on, and whose it is: it counts as such (WorkerCounters) until its end.
  /// Of no service: it is not counted.
  void count_as(DoorKind door) noexcept;
  void count_for(std::size_t service) noexcept;
  [[nodiscard]] DoorKind door() const noexcept { return door_; }
  /// REQUIRES: count_for() was called.
  [[nodiscard]] std::size_t service() const noexcept { return service_; }

  /// What its handler tells of the peer.
  void summarize(PeerSummary& summary) const noexcept { handler_->summarize(summary); }

  /// The worker's CloseHook shall be told when this one is over.
  void watch_close() noexcept { is_close_watched_ = true; }

  /// Another handler from now on; the old one is destroyed, unannounced, and on_open() of the new
  /// one is called.
  void set_handler(std::unique_ptr<ConnectionHandler> handler);

  /// Gives the descriptor away, with what the kernel holds of input: the connection is over without
  /// on_closed().
  [[nodiscard]] int release() noexcept;

  /// Runs what a timer or a task of others has to do for this connection: an exception, such as
  /// std::bad_alloc, costs this connection and nobody else.
  template <class Step>
  void attempt(Step step) noexcept {
    try {
      step();
    } catch (...) {
      on_exception();
    }
  }

 private:
  friend class Worker;
  enum class State : std::uint8_t {
    open,
    finishing,  // sends what is left
    draining,   // shut down; input is dropped for a moment
    closed,     // freed after the batch
  };

  Connection(Worker& worker, int fd, const Address& peer,
             std::unique_ptr<ConnectionHandler> handler) noexcept;
  ~Connection();

  void on_ready(const ReadyEvent& event) override;
  [[nodiscard]] Connection* as_connection() noexcept override { return this; }
  void on_exception() noexcept override;
  void on_timer() override;

  // For the worker.
  enum class Turn : std::uint8_t { over, more };
  Turn read_turn();
  Turn flush_turn();
  /// It comes next: what its feed needs is fetched while the kernel sends for another one, and what
  /// the one behind it needs of its own.
  void prefetch() const noexcept {
    if (next_flush_ != nullptr) {  // the one after it, so that its links can be read then
      __builtin_prefetch(static_cast<const void*>(&next_flush_->origin_));
      __builtin_prefetch(static_cast<const void*>(&next_flush_->next_flush_));
    }
    if (feed_ == nullptr) return;
    const char* const feed = reinterpret_cast<const char*>(feed_);
    __builtin_prefetch(feed);
    __builtin_prefetch(feed + 64);
    __builtin_prefetch(feed + 128);
  }
  void tell_closed() noexcept;

  [[nodiscard]] Gauge& place() noexcept;
  void begin_tls(std::shared_ptr<const TlsContext> context, const std::string& host,
                 std::string_view first_bytes);
  Turn read_turn_encrypted();
  enum class Decrypted : std::uint8_t { nothing, something, over };
  Decrypted decrypt(std::size_t& read_in_turn);
  Turn flush_turn_encrypted();
  [[nodiscard]] std::size_t encrypt();
  void fail_tls();
  void take_over(const SavedConnection& saved);
  void take_end_of_input();
  void take_bytes(std::string_view bytes);
  void block() noexcept;
  void after_flush();
  void all_sent() noexcept;
  void close_by_errno(int error) noexcept;
  void arm_within(std::uint64_t delay_ms) noexcept;
  [[nodiscard]] bool may_read() const noexcept;
  [[nodiscard]] bool is_all_sent() const noexcept;
  [[nodiscard]] bool has_peer_vanished() noexcept;  // asked at each look (worker.cc)
  void note_read() noexcept;
  void note_progress() noexcept;
  /// Since the kernel last took bytes; right for 49 days.
  [[nodiscard]] std::uint32_t unprogressed_ms() const noexcept;
  [[nodiscard]] std::size_t unacknowledged_bytes() const noexcept;

  // 168 bytes in all, a chunk of 176: small things share words. What sending needs stands together
  // at the end, on as few lines of the cache as can be: for who sends to thousands it matters.
  const Address peer_;
  std::uint32_t opened_s_;
  Token token_;
  std::uint64_t bytes_in_ = 0;
  Connection* next_ready_ = nullptr;  // intrusive list of the worker
  static constexpr std::uint64_t kTimeMask = (std::uint64_t{1} << 47) - 1;
  std::uint64_t last_read_ms_ : 47;
  std::uint64_t read_limit_ : 17;
  std::unique_ptr<ConnectionHandler> handler_;

  static constexpr std::uint8_t kNoService = 0xFF;
  std::uint16_t origin_ = 0;
  DoorKind door_ = DoorKind::none;
  std::uint8_t service_ = kNoService;
  State state_ : 2 = State::open;
  bool is_in_ready_ : 1 = false;
  bool is_in_flush_ : 1 = false;
  bool is_paused_ : 1 = false;     // by the handler
  bool is_over_full_ : 1 = false;  // paused by the outbox's bound
  bool can_read_ : 1 = false;      // an event came and no EAGAIN since
  bool has_end_hint_ : 1 = false;  // sticky (L2)
  CloseReason reason_ = CloseReason::none;
  bool input_ended_ : 1 = false;
  bool is_blocked_ : 1 = false;
  bool is_feed_blocked_ : 1 = false;  // the feed was told
  bool is_writable_registered_ : 1 = false;
  bool is_released_ : 1 = false;
  bool is_close_watched_ : 1 = false;
  bool ends_output_ : 1 = false;           // once all is sent
  bool has_seen_fin_ : 1 = false;          // under TLS, whose own end of input may come before
  std::uint8_t unanswered_looks_ : 3 = 0;  // 0: all was acknowledged; see has_peer_vanished()
  int fd_;
  std::uint32_t progress_ms_;  // when the kernel last took bytes, by the lower half of the clock
  Worker& worker_;
  Feed* feed_ = nullptr;
  std::unique_ptr<TlsStream> tls_;
  Outbox outbox_;
  std::uint64_t bytes_out_ = 0;
  Connection* next_flush_ = nullptr;  // intrusive list of the worker
};

}  // namespace grotto
