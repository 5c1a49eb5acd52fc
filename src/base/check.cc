#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace grotto {

void check_failed(const char* condition, const char* file, int line) noexcept {
  std::fprintf(stderr, "grotto: broken invariant: %s (%s:%d)\n", condition, file, line);
  std::abort();
}

}  // namespace grotto
