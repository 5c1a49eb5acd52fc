#include "net/selector.h"

namespace grotto {

Result<std::unique_ptr<Selector>> Selector::create() {
#ifdef __linux__
  return create_epoll_selector();
#else
  return create_kqueue_selector();
#endif
}

}  // namespace grotto
