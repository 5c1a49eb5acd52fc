// Session: one peer as a service sees it, whatever door it came in by (plain lines, telnet, later
// the browser).
//
// Services and doors meet only here and in service.h. A door implements Session; a service calls
// it. Threads: a session belongs to one worker; every call comes from that worker's thread.
// Lifetime: valid from Service::on_open() until Service::on_closed() returns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "grotto/close_reason.h"
#include "grotto/framing.h"

namespace grotto {

class Feed;

/// What a service keeps for one session. Owned by the session, destroyed after
/// Service::on_closed().
class SessionState {
 public:
  virtual ~SessionState() = default;

  /// Who the peer is, for the log; empty: it has no name.
  [[nodiscard]] virtual std::string_view name() const noexcept { return {}; }
};

class Session {
 public:
  /// How lines are told apart here. What write() and follow() are given is framed already; objects
  /// (docs/protocol.md, JSON) are all that those read who do not read plain lines.
  [[nodiscard]] virtual Framing framing() const noexcept { return Framing::lines; }

  /// Queues private bytes as they are; they go out before newer bytes of the feed, in one write
  /// before the loop sleeps. Never fails and never blocks; see outbox_bytes() for the bound that
  /// the caller has to keep.
  virtual void write(std::string_view bytes) = 0;

  /// Queues one line of text: the text rules of this door apply, and it is framed.
  virtual void write_line(std::string_view text) = 0;

  /// Private bytes that the kernel has not taken yet. At 256 KiB (Limits::outbox_bytes_max) the
  /// door stops reading.
  [[nodiscard]] virtual std::size_t outbox_bytes() const noexcept = 0;

  /// Of all that was written and fed, the bytes that the peer has not acknowledged, as far as the
  /// system tells; valid in Service::on_closed() too.
  [[nodiscard]] virtual std::size_t undelivered_bytes() const noexcept = 0;

  /// Sends from `feed` after the private bytes; nullptr ends it. The feed must outlive the session
  /// or be unset.
  virtual void follow(Feed* feed) = 0;

  /// The feed has more: flush this session before the loop sleeps. Cheap, any number of times a
  /// tick.
  virtual void touch() = 0;

  /// Ends the session: nothing more is read; `last_line`, if not empty, then all that is queued,
  /// then all the feed has, is sent; then the connection is shut down and closed. Later calls
  /// change nothing: the first reason counts.
  virtual void finish(CloseReason reason, std::string_view last_line) = 0;

  /// Ends the session at once: what the peer has not acknowledged does not reach it any more (on
  /// TCP it is reset).
  virtual void abort(CloseReason reason) = 0;

  /// After Service::on_line() answered `wait`: offers the held line again, soon, on a clean stack.
  virtual void resume() = 0;

  /// True once finish() was called or the peer is gone: nothing that is written now will be read.
  [[nodiscard]] virtual bool is_ending() const noexcept = 0;

  /// Lets the server negotiate as a telnet peer (ECHO, SGA, NAWS, TTYPE; RFC 854, 857, 858, 1073,
  /// 1091). False if this door cannot.
  virtual bool start_telnet() = 0;

  /// From now on what the peer types is not shown on its screen, or shown again. False if this door
  /// or this peer cannot: it stays visible. A telnet that has negotiated can (WILL ECHO, RFC 857).
  virtual bool hide_input(bool is_hidden) = 0;

  /// The line, as on_line() will get it, that the peer has sent before it was greeted, if it begins
  /// with a slash: a wish that concerns the greeting too. Empty but in Service::on_open(), and
  /// valid for that call only.
  [[nodiscard]] virtual std::string_view first_command() const noexcept { return {}; }

  /// For how long nothing was read from the peer, in milliseconds of served time.
  [[nodiscard]] virtual std::uint64_t idle_ms() const noexcept = 0;

  /// "127.0.0.1:40712", "[::1]:40712" or "unix:PID". Safe to show to people and in logs.
  [[nodiscard]] virtual std::string peer_name() const = 0;
  /// The same without the port: "127.0.0.1", "::1" or "unix".
  [[nodiscard]] virtual std::string peer_host() const = 0;

  /// What the service keeps for this session; null until set.
  [[nodiscard]] SessionState* state() const noexcept { return state_.get(); }
  void set_state(std::unique_ptr<SessionState> state) noexcept { state_ = std::move(state); }

 protected:
  Session() = default;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  virtual ~Session() = default;

 private:
  std::unique_ptr<SessionState> state_;
};

}  // namespace grotto
