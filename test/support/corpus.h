// A fuzzer's corpus (test/fuzz/corpus), replayed without a fuzzer: in every build's unit tests.
#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace grotto::test {

/// Gives each input of the corpus `name` to `target`, which checks by itself what must hold, and
/// returns how many there were.
template <class Target>
std::size_t replay_corpus(const std::string& name, Target target) {
  std::size_t inputs = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(GROTTO_CORPUS) / name)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    INFO(entry.path());
    target(bytes);
    ++inputs;
  }
  return inputs;
}

}  // namespace grotto::test
