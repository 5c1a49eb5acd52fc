// EndLog: a log line for each connection that was served and is over: who, how long, what it
// brought and took, and why.
//
// Peers cause such lines at will: for each reason so many a second have a line of their own
// (Limits::ends_logged_per_second), the others are counted, and a line tells how many (EventGate).
// The lines of a quarter of a second go out in one write. Threads: its worker's only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/log.h"
#include "grotto/close_reason.h"
#include "grotto/timer_wheel.h"
#include "net/connection.h"
#include "net/worker.h"

namespace grotto {

class EndLog final : private Timer {
 public:
  explicit EndLog(Worker& worker)
      : wheel_(worker.wheel()),
        gates_(kCloseReasons, EventGate(worker.limits().ends_logged_per_second)) {}
  ~EndLog() { log::flush(); }
  EndLog(const EndLog&) = delete;
  EndLog& operator=(const EndLog&) = delete;

  /// The next number of Connection::service() is of that one.
  void add_service(std::string name) { services_.push_back(std::move(name)); }

  /// Of a connection of a service whose handler was not told yet.
  void note(const Connection& connection, CloseReason reason) noexcept;

 private:
  void on_timer() override;
  void tell(const Connection& connection, CloseReason reason);
  void tell_untold(CloseReason reason, std::uint64_t count);

  TimerWheel& wheel_;
  std::vector<std::string> services_;
  std::vector<EventGate> gates_;  // by CloseReason
};

}  // namespace grotto
