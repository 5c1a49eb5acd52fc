#include <cstddef>
#include <cstdint>

#include "session/commands_target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  grotto::test::fuzz_commands({reinterpret_cast<const char*>(data), size});
  return 0;
}
