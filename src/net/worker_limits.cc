// The chapter of Worker on other limits while it runs.
#include "net/connection.h"
#include "net/worker.h"

namespace grotto {

void Worker::set_limits(const Limits& limits) {
  limits_ = limits;
  if (limits.idle_timeout_ms == 0) return;
  for_each_connection([&](Connection& connection) {
    if (connection.is_open()) connection.arm_within(limits.idle_timeout_ms);
  });
}

}  // namespace grotto
