#include "net/pool_work.h"

#include <uv.h>

#include <exception>
#include <memory>
#include <utility>

#include "base/log.h"

namespace grotto {

namespace {

struct PoolWork {
  uv_work_t request{};
  std::function<void()> work;
  std::function<void()> done;
};

void run(const std::function<void()>& task) noexcept {
  try {
    task();
  } catch (const std::exception& fault) {
    log::error("exception", {{"in", "thread pool"}, {"what", fault.what()}});
  } catch (...) {
    log::error("exception", {{"in", "thread pool"}});
  }
}

}  // namespace

bool run_on_pool(uv_loop_s* loop, std::function<void()> work, std::function<void()> done) {
  auto made = std::make_unique<PoolWork>();
  made->work = std::move(work);
  made->done = std::move(done);
  made->request.data = made.get();
  const int error = uv_queue_work(
      loop, &made->request,
      [](uv_work_t* request) noexcept { run(static_cast<PoolWork*>(request->data)->work); },
      [](uv_work_t* request, int /*status*/) noexcept {
        const std::unique_ptr<PoolWork> ended(static_cast<PoolWork*>(request->data));
        run(ended->done);
      });
  if (error != 0) return false;
  static_cast<void>(made.release());  // NOLINT(bugprone-unused-return-value): the callback has it
  return true;
}

}  // namespace grotto
