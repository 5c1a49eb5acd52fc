#include <cstddef>
#include <cstdint>

#include "proxy_target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  grotto::test::fuzz_proxy({reinterpret_cast<const char*>(data), size});
  return 0;
}
