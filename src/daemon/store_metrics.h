// What /metrics says of the store: what waits for the disk, how long a commit takes, what was lost.
// Threads: made by main; the source is asked from any.
#pragma once

#include <memory>

#include "daemon/metrics.h"
#include "store/history_store.h"

namespace grotto {

[[nodiscard]] MetricsSource make_store_metrics(std::shared_ptr<HistoryStore> store);

}  // namespace grotto
