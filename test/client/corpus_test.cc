#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "../fuzz/client_text.h"

using namespace grotto::client;  // NOLINT: a test of one layer

TEST_CASE("Client's text rules: the fuzzer's corpus, whole and cut at every byte") {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(GROTTO_CORPUS)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    test::check_server_bytes(bytes);
    for (std::size_t size = 0; size < bytes.size(); size += 1 + bytes.size() / 200) {
      test::check_server_bytes(std::string_view(bytes).substr(0, size));
    }
    ++files;
  }
  CHECK(files >= 8);
}
