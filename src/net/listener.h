// Listener: a bound, listening stream socket on a worker's selector, and the accept loop that keeps
// every errno.
//
// At most Limits::accepts_per_turn accepts per wake-up. On EMFILE, ENFILE, ENOMEM, ENOBUFS it
// spends its spare descriptor to refuse one peer with a sentence (EMFILE), then pauses, 10 ms
// doubling to 1 s; it never spins and never stays deaf. Options of accepted sockets are set here
// once and inherited: TCP_NODELAY, SO_KEEPALIVE by Limits::keep_alive_ms, TCP_NOTSENT_LOWAT 16 KiB,
// SO_OOBINLINE (Unix: SO_SNDBUF 64 KiB). Threads: its worker's only.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/address.h"
#include "base/result.h"

namespace grotto {

class Worker;

class ListenerHandler {
 public:
  /// A connected, non-blocking, close-on-exec socket; the handler owns the descriptor from here on.
  virtual void on_accept(int fd, const Address& peer) = 0;
  /// An accept failed with `error` (an errno).
  virtual void on_accept_error(int error) = 0;

 protected:
  ~ListenerHandler() = default;
};

class Listener {
 public:
  /// Binds and listens. `endpoint`: "HOST:PORT", "[V6]:PORT" or "unix:PATH"; HOST may be a name
  /// (resolved now, first address). A stale Unix socket file that nobody answers on is replaced.
  /// Errors: exit status 69 (EX_UNAVAILABLE), the sentence names the endpoint and the reason.
  static Result<std::unique_ptr<Listener>> open(Worker& worker, std::string_view endpoint,
                                                ListenerHandler& handler,
                                                std::string_view full_sentence);
  /// One that another process has opened for `endpoint` and that listens already; `fd` is owned
  /// from here on. Errors: it is no listening socket (69).
  static Result<std::unique_ptr<Listener>> take_over(Worker& worker, int fd,
                                                     std::string_view endpoint,
                                                     ListenerHandler& handler,
                                                     std::string_view full_sentence);
  virtual ~Listener() = default;  // closes; removes the Unix socket file it made

  /// What it really listens on: "127.0.0.1:5001" (port 0 replaced), "[::1]:5001", "unix:PATH".
  [[nodiscard]] virtual std::string local_name() const = 0;
  /// Begin accepting / refuse new peers from now on (closes the descriptor).
  virtual void start() = 0;
  virtual void stop() = 0;
  /// To be handed over; it stays this one's.
  [[nodiscard]] virtual int descriptor() const = 0;
  /// Another process listens on it from now on: stop() leaves its file alone.
  virtual void disown() = 0;
};

}  // namespace grotto
