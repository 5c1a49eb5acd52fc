// libFuzzer: test/fuzz/client_text_fuzz -max_total_time=60 test/fuzz/corpus/client
#include <cstddef>
#include <cstdint>

#include "client_text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  grotto::client::test::check_server_bytes({reinterpret_cast<const char*>(data), size});
  return 0;
}
