// RefusalLog: a log line for each peer that is refused, and under attack one a second with the
// count of those in between.
//
// Threads: worker 0's only.
#pragma once

#include <string>
#include <string_view>

#include "base/address.h"
#include "base/log.h"
#include "grotto/timer_wheel.h"
#include "net/worker.h"

namespace grotto {

class RefusalLog final : private Timer {
 public:
  /// Limits::refusals_logged_per_second of the worker, which outlives it, have a line of their own.
  explicit RefusalLog(Worker& worker)
      : wheel_(worker.wheel()), gate_(worker.limits().refusals_logged_per_second) {}

  /// `why`: what the peer reads. `peer`: nullptr if it is not known yet who it is.
  void note(const Address* peer, std::string_view why);

 private:
  void on_timer() override;
  void tell(std::uint64_t count);

  TimerWheel& wheel_;
  EventGate gate_;
  std::string last_peer_;
  std::string last_why_;
};

}  // namespace grotto
