#include "daemon/store_metrics.h"

#include <utility>

namespace grotto {

MetricsSource make_store_metrics(std::shared_ptr<HistoryStore> store) {
  return [store = std::move(store)](MetricsText& text) {
    const HistoryStore::Waiting waiting = store->waiting();
    const StoreCounters& counters = store->counters();
    text.gauge("grotto_store_up", "Whether the store takes what is kept.",
               1 - counters.is_off.value());
    text.gauge("grotto_store_queue_lines", "Lines that wait for the disk.",
               static_cast<std::int64_t>(waiting.lines));
    text.gauge("grotto_store_queue_bytes", "What these lines hold in memory.",
               static_cast<std::int64_t>(waiting.bytes));
    text.gauge("grotto_store_queue_records", "Changes to records that wait for the disk.",
               static_cast<std::int64_t>(waiting.records));
    text.counter("grotto_store_lost_lines_total",
                 "Lines that were never written because too many waited.", waiting.dropped_lines);
    Durations commits;
    commits.add(counters.commits);
    text.histogram("grotto_store_commit_duration_seconds",
                   "How long it took to write a group of lines and records and to sync it.",
                   commits);
    text.counter("grotto_store_failures_total", "Commits and reads that failed.",
                 counters.failures.value());
  };
}

}  // namespace grotto
