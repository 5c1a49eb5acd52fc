// Work on libuv's thread pool.
// Threads: the loop's own; `work` runs on one of the pool's.
#pragma once

#include <functional>

struct uv_loop_s;  // NOLINT(readability-identifier-naming): libuv's

namespace grotto {

/// Runs `work` on the pool, then `done` on the loop's thread. False, and neither runs, if libuv
/// refuses. What they throw is logged.
bool run_on_pool(uv_loop_s* loop, std::function<void()> work, std::function<void()> done);

}  // namespace grotto
