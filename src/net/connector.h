// Connector: makes one outgoing stream connection without blocking, with a deadline.
//
// The socket gets TCP_NODELAY and, where there is one, a source address of its own. On loopback the
// connection usually stands at once, and then no registration is made. A unix socket whose listener
// is full says so at once instead of waiting: it is asked again until the deadline. Threads: its
// worker's only. May be destroyed at any time.
#pragma once

#include <cstdint>
#include <memory>

#include "grotto/timer_wheel.h"
#include "net/selectable.h"

namespace grotto {

class Endpoint;
class Worker;

class ConnectorHandler {
 public:
  /// A connected, non-blocking, close-on-exec socket; the handler owns it from here on.
  virtual void on_connected(int fd) = 0;
  /// `error`: an errno; ETIMEDOUT if the deadline passed.
  virtual void on_connect_failed(int error) = 0;

 protected:
  ~ConnectorHandler() = default;
};

class Connector final : private Selectable, private Timer {
 public:
  Connector(Worker& worker, ConnectorHandler& handler) noexcept
      : worker_(worker), handler_(handler) {}
  ~Connector() override;

  /// Begins. One of the handler's functions is called, once, perhaps before this returns. `source`:
  /// the local address to use (its port may be 0), or nullptr. REQUIRES: no attempt is under way.
  void start(const Endpoint& target, const Endpoint* source, std::uint64_t timeout_ms);

 private:
  void on_ready(const ReadyEvent& event) override;
  void on_exception() noexcept override;
  void on_timer() override;
  void end(int error);
  [[nodiscard]] int begin(const Endpoint& target, const Endpoint* source) noexcept;
  void ask_again_soon();
  void forget() noexcept;

  static constexpr std::uint64_t kAskAgainMs = 5;

  Worker& worker_;
  ConnectorHandler& handler_;
  int fd_ = -1;
  bool is_registered_ = false;
  Token token_;
  std::unique_ptr<Endpoint> full_;  // whom to ask again
  std::uint64_t deadline_ms_ = 0;   // of the worker's wheel
};

}  // namespace grotto
