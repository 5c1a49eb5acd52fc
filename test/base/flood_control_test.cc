#include "base/flood_control.h"

#include <doctest/doctest.h>

namespace grotto {
namespace {

/// Lines of `bytes` to `readers` that pass at once.
int burst(const Limits& limits, std::size_t bytes, std::size_t readers) {
  FloodControl flood;
  int passed = 0;
  for (; passed < 1'000 && flood.wait_ms(limits, bytes, readers, 1'000) == 0; ++passed) {
    flood.take(limits, bytes, readers, 1'000);
  }
  return passed;
}

}  // namespace

TEST_CASE("FloodControl: a paste of twenty lines passes at once, short or long") {
  const Limits limits;
  CHECK(burst(limits, 10, 100) == 20);
  CHECK(burst(limits, limits.line_bytes_max, 100) == 20);
}

TEST_CASE("FloodControl: later lines come at their rate, long ones at the rate of bytes") {
  const Limits limits;
  FloodControl flood;
  for (int i = 0; i < 20; ++i) flood.take(limits, 4'096, 3, 1'000);
  CHECK(flood.wait_ms(limits, 10, 3, 1'000) == 201);     // 5 lines a second
  CHECK(flood.wait_ms(limits, 4'096, 3, 1'000) == 251);  // 16 KiB a second
  CHECK(flood.wait_ms(limits, 4'096, 3, 1'250) == 0);
}

TEST_CASE("FloodControl: a line to very many costs as often as they hold five thousand") {
  const Limits limits;
  CHECK(burst(limits, 10, 5'000) == 20);
  CHECK(burst(limits, 10, 20'000) == 5);
  FloodControl flood;
  for (int i = 0; i < 5; ++i) flood.take(limits, 10, 20'000, 1'000);
  CHECK(flood.wait_ms(limits, 10, 20'000, 1'000) == 801);  // 1.25 lines a second
  CHECK(flood.wait_ms(limits, 10, 3, 1'000) == 201);       // in a small room as ever
}

TEST_CASE("FloodControl: off is off, for bytes and crowds too") {
  Limits limits;
  limits.rate_lines_per_second = 0;
  CHECK(burst(limits, 1'000'000, 1'000'000) == 1'000);
}

}  // namespace grotto
