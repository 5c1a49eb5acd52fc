// Metrics: what /metrics says: the counters of all workers summed, and what else is known of this
// process.
//
// Threads: constructed before the workers run; text() from any while they do. Lifetime: the workers
// outlive it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/worker_counters.h"
#include "daemon/metrics_text.h"

namespace grotto {

/// Adds the families of something that workers do not count (rooms, the store); from any thread,
/// while the server runs.
using MetricsSource = std::function<void(MetricsText& text)>;

class Metrics {
 public:
  struct Parts {
    std::vector<const WorkerCounters*> workers;
    std::vector<std::string> services;  // by Connection::count_for()
    std::size_t clients_max = 0;
    std::vector<MetricsSource> sources;
  };
  explicit Metrics(Parts parts);

  /// About 12 KiB. Takes each source's lock for a moment, and none of a worker's.
  [[nodiscard]] std::string text() const;

 private:
  template <class Value>
  [[nodiscard]] auto sum(Value value) const;
  [[nodiscard]] Durations sum_durations(DurationHistogram WorkerCounters::* histogram) const;
  [[nodiscard]] std::size_t services_counted() const noexcept;
  void put_build(MetricsText& text) const;
  void put_connections(MetricsText& text) const;
  void put_admission(MetricsText& text) const;
  void put_traffic(MetricsText& text) const;
  void put_loops(MetricsText& text) const;
  void put_process(MetricsText& text) const;

  const Parts parts_;
  const double started_seconds_;  // since 1970
};

}  // namespace grotto
