#include "net/selector.h"

#include <chrono>

namespace grotto {

std::uint64_t Selector::now_ns() noexcept {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::nanoseconds(now).count());
}

Result<std::unique_ptr<Selector>> Selector::create() {
#ifdef __linux__
  return create_epoll_selector();
#else
  return create_kqueue_selector();
#endif
}

}  // namespace grotto
