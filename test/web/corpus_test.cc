// The fuzzers' corpora, replayed without a fuzzer (test/fuzz).
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "request_target.h"
#include "websocket_target.h"

namespace grotto {
namespace {

template <class Target>
std::size_t replay(const std::string& name, Target target) {
  std::size_t inputs = 0;
  const auto folder = std::filesystem::path(GROTTO_TOP) / "test/fuzz/corpus" / name;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    INFO(entry.path());
    target(text);  // what must hold is checked there
    ++inputs;
  }
  return inputs;
}

TEST_CASE("Corpus: no request of the fuzzer's breaks what must hold") {
  CHECK(replay("request", test::fuzz_request) >= 10);
}

TEST_CASE("Corpus: no frames of the fuzzer's break what must hold") {
  CHECK(replay("websocket", test::fuzz_websocket) >= 10);
}

}  // namespace
}  // namespace grotto
