#include <cstddef>
#include <cstdint>

#include "client_text_target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  grotto::client::test::fuzz_client_text({reinterpret_cast<const char*>(data), size});
  return 0;
}
