// The seed of every random test of a program. Each prints it; GROTTO_TEST_SEED=N repeats the run.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <random>

namespace grotto::test {

inline std::uint64_t seed() {
  static const std::uint64_t value = [] {
    const char* const given = std::getenv("GROTTO_TEST_SEED");
    return given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  }();
  return value;
}

}  // namespace grotto::test
