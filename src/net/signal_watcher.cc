#include "net/signal_watcher.h"

#include <uv.h>

#include "net/uv_handle.h"
#include "net/worker.h"

namespace grotto {

namespace {

class LoopSignalWatcher final : public SignalWatcher {
 public:
  LoopSignalWatcher(Worker& worker, int signal_number, std::function<void()> on_signal)
      : on_signal_(std::move(on_signal)) {
    auto* const loop = static_cast<uv_loop_t*>(worker.loop());
    signal_.open(this, [&](uv_signal_t* handle) { return uv_signal_init(loop, handle); });
    if (!signal_) return;
    uv_signal_start(
        signal_.get(),
        [](uv_signal_t* handle, int) noexcept {
          static_cast<LoopSignalWatcher*>(handle->data)->on_signal_();
        },
        signal_number);
  }

 private:
  std::function<void()> on_signal_;
  UvHandle<uv_signal_t> signal_;
};

}  // namespace

std::unique_ptr<SignalWatcher> SignalWatcher::watch(Worker& worker, int signal_number,
                                                    std::function<void()> on_signal) {
  return std::make_unique<LoopSignalWatcher>(worker, signal_number, std::move(on_signal));
}

}  // namespace grotto
