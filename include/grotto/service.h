// Service: what the server does with the people and programs that connect. The whole contract for a
// new one.
//
// A service gets lines (or bytes) and answers through Session. Each worker thread has an instance
// of its own, made by the ServiceFactory, so that a service needs no lock unless it shares
// something itself. Threads: all calls come from the worker's thread. Exceptions end the session
// that was served, not the server.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "grotto/session.h"
#include "grotto/worker_context.h"

namespace grotto {

class StateReader;
class StateWriter;
class WebApi;

/// Whether a line was taken. `wait`: the line stays with the door, which reads no further until
/// Session::resume().
enum class Taken : std::uint8_t { yes, wait };

class Service {
 public:
  virtual ~Service() = default;

  /// True for a service that wants every byte as it came (echo): on_bytes() is called instead of
  /// on_line(), the door greets nobody, changes nothing and looks at nothing unless doors are
  /// turned on for its listener.
  [[nodiscard]] virtual bool wants_bytes() const noexcept { return false; }

  /// A peer is there and its door is known. Greet it here.
  virtual void on_open(Session& session) = 0;

  /// One line, without its end, after the text rules: valid UTF-8 without controls but TAB, at most
  /// Limits::line_bytes_max bytes. Valid for the call only. The same line comes again after `wait`
  /// and resume().
  virtual Taken on_line(Session& session, std::string_view line) {
    static_cast<void>(session);
    static_cast<void>(line);
    return Taken::yes;
  }

  /// Bytes as they came; only if wants_bytes(). Valid for the call only.
  virtual void on_bytes(Session& session, std::string_view bytes) {
    static_cast<void>(session);
    static_cast<void>(bytes);
  }

  /// The peer ended its input (half-close); its last unterminated line was delivered before.
  /// Default: finish() at once.
  virtual void on_end_of_input(Session& session) { session.finish(CloseReason::peer_closed, {}); }

  /// What it answers to programs over HTTP; nullptr: nothing. As long-lived as the service.
  [[nodiscard]] virtual WebApi* web_api() noexcept { return nullptr; }

  /// The server is stopping. Say goodbye here; the server calls finish() afterwards.
  virtual void on_stopping(Session& session) { static_cast<void>(session); }

  /// The session is over; called once, whatever ended it, for every session that on_open() saw. Do
  /// not write to it.
  virtual void on_closed(Session& session, CloseReason reason) {
    static_cast<void>(session);
    static_cast<void>(reason);
  }

  /// How this session reads a sentence that is the door's own: a refusal with its stable code, or a
  /// farewell without one. One line without its end. Also for a session that is not open yet.
  [[nodiscard]] virtual std::string phrase(Session& session, std::string_view sentence,
                                           std::string_view code) {
    static_cast<void>(session);
    std::string line(sentence);
    if (!code.empty()) line.append(" [").append(code).append("]");
    return line;
  }

  /// The door has queued so many bytes of its own, as Session::write() queues others (a WebSocket's
  /// ping or pong): Session::undelivered_bytes() may count them too.
  virtual void on_door_bytes(Session& session, std::size_t bytes) {
    static_cast<void>(session);
    static_cast<void>(bytes);
  }

  // ---- Upgrades: a new process goes on with the sessions of this one ----

  /// Writes down what restore() needs to go on with this session; false, and nothing to be
  /// written, if it cannot be handed over: then it is ended, and on_upgrading() tells why. Changes
  /// nothing: this process goes on with it if the new one fails.
  [[nodiscard]] virtual bool save(Session& session, StateWriter& state) {
    static_cast<void>(session);
    static_cast<void>(state);
    return false;
  }
  /// In place of on_open(), for a session that another process has saved.
  virtual void restore(Session& session, StateReader& state) {
    static_cast<void>(session);
    static_cast<void>(state);
  }
  /// Of a session that cannot be handed over: writes down what restore_absent() needs so that its
  /// person can come back to it in the new process. False: there is nothing to come back to.
  [[nodiscard]] virtual bool save_absent(Session& session, StateWriter& state) {
    static_cast<void>(session);
    static_cast<void>(state);
    return false;
  }
  /// After restore_shared(), before any session is restored.
  virtual void restore_absent(StateReader& state) { static_cast<void>(state); }
  /// The session stays behind when others are handed over: say what the peer can do. finish()
  /// comes next.
  virtual void on_upgrading(Session& session) { static_cast<void>(session); }
  /// What the instances of all workers share; asked of one of them, after all sessions were saved
  /// and while no worker runs. restore_shared() reads it before any session is restored;
  /// end_restoring() comes after the last.
  virtual void save_shared(StateWriter& state) { static_cast<void>(state); }
  virtual void restore_shared(StateReader& state) { static_cast<void>(state); }
  virtual void end_restoring() {}
  /// False while a session waits for something that will not be there for another process.
  [[nodiscard]] virtual bool may_be_saved() const { return true; }
  /// The new process goes on from here: nothing may be kept any more by this one.
  virtual void on_handed_over() {}

  /// All of this tick's lines were delivered and nothing was flushed yet: the moment to publish
  /// what they amount to.
  virtual void on_tick_end() {}
};

/// Makes the instance of a service for one worker; it is destroyed after all workers have stopped.
/// Called once per worker and listener group, before any peer is served, always from the same
/// thread.
using ServiceFactory = std::function<std::unique_ptr<Service>(WorkerContext& worker)>;

}  // namespace grotto
