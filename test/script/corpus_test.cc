// The fuzzers' corpora, replayed without a fuzzer (test/fuzz).
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "condition_target.h"
#include "script_target.h"

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

TEST_CASE("Corpus: no condition of the fuzzer's breaks what must hold") {
  CHECK(replay("condition", test::fuzz_condition) >= 10);
}

TEST_CASE("Corpus: no script of the fuzzer's breaks what must hold") {
  CHECK(replay("script", test::fuzz_script) >= 10);
}

}  // namespace
}  // namespace grotto
