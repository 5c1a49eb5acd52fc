// Companion: what lives on worker 0 beside the services, and ends with them.
// Threads: attach() before the workers run; the rest from worker 0's.
#pragma once

#include "net/worker.h"

namespace grotto {

class Companion {
 public:
  virtual ~Companion() = default;
  /// It lives there from now on; it is destroyed before that worker.
  virtual void attach(Worker& worker) = 0;
  /// Everybody has been told goodbye.
  virtual void stop() = 0;
  /// Nothing of it runs any more.
  [[nodiscard]] virtual bool is_over() const noexcept = 0;
  /// The worker goes.
  virtual void detach() = 0;
};

}  // namespace grotto
