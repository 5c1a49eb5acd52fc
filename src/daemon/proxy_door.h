// ProxyDoor: a connection from a trusted proxy, until its PROXY header has told who is behind it.
//
// A header that is not in order ends it. Whoever sends none, or nothing for Limits::first_bytes_ms,
// speaks for itself: a health check, somebody on that machine.
// Threads: worker 0's only. Lifetime: until the header is read.
#pragma once

#include <functional>
#include <string_view>

#include "daemon/reception.h"
#include "grotto/timer_wheel.h"
#include "net/connection.h"

namespace grotto {

class ProxyDoor final : public ConnectionHandler, private Timer {
 public:
  using OnKnown = std::function<void(Arrival arrival)>;
  /// Called once, at the end; `why`: what was wrong, or nothing.
  using OnOver = std::function<void(std::string_view why)>;

  ProxyDoor(Arrival arrival, OnKnown on_known, OnOver on_over)
      : arrival_(std::move(arrival)),
        on_known_(std::move(on_known)),
        on_over_(std::move(on_over)) {}
  ~ProxyDoor() override { on_over_(fault_); }

  void on_open(Connection& connection) override;
  void on_bytes(Connection& connection, std::string_view bytes) override;
  void on_end_of_input(Connection& connection) override;
  void on_closed(Connection& /*connection*/, CloseReason /*reason*/) override { cancel(); }

 private:
  void on_timer() override;
  void on_due();
  void pass_on();
  void refuse(std::string_view fault);

  Arrival arrival_;
  const OnKnown on_known_;
  const OnOver on_over_;
  Connection* connection_ = nullptr;
  std::string_view fault_;
};

}  // namespace grotto
