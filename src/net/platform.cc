#include "net/platform.h"

#include <uv.h>

namespace grotto {

const char* libuv_version() noexcept {
  return uv_version_string();
}

const char* selector_name() noexcept {
#ifdef __linux__
  return "epoll";
#else
  return "kqueue";
#endif
}

}  // namespace grotto
