#include "net/keep_alive.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <map>

namespace grotto {
namespace {

constexpr std::uint64_t kMinuteMs = 60'000;

TEST_CASE("KeepAlive: the first are asked after what was set, all within a quarter of it") {
  KeepAlive keep_alive;
  CHECK(keep_alive.idle_s(kMinuteMs) == 60);
  CHECK(keep_alive.idle_s(200) == 1);
  for (int i = 0; i < 20'000; ++i) {
    static_cast<void>(keep_alive.on_accept(kMinuteMs));
    CHECK(keep_alive.idle_s(kMinuteMs) >= 45);
    CHECK(keep_alive.idle_s(kMinuteMs) <= 75);
    CHECK(keep_alive.idle_s(1000) == 1);
  }
}

TEST_CASE("KeepAlive: of a crowd that came at once few are asked in the same two seconds") {
  KeepAlive keep_alive;
  std::map<int, int> asked;  // by two seconds, in which Linux puts timers of a minute together
  for (int i = 0; i < 18'936; ++i) {
    static_cast<void>(keep_alive.on_accept(kMinuteMs));
    ++asked[keep_alive.idle_s(kMinuteMs) / 2];
  }
  for (const auto& [seconds, count] : asked) CHECK(count < 2000);
  CHECK(asked.size() >= 15);
}

TEST_CASE("KeepAlive: a step is each 256th connection, or a time that was set anew") {
  KeepAlive keep_alive;
  keep_alive.apply(-1, kMinuteMs);
  int steps = 0;
  int before = keep_alive.idle_s(kMinuteMs);
  for (int i = 0; i < 512; ++i) {
    if (!keep_alive.on_accept(kMinuteMs)) continue;
    ++steps;
    CHECK(std::abs(keep_alive.idle_s(kMinuteMs) - before) > 2);
    before = keep_alive.idle_s(kMinuteMs);
  }
  CHECK(steps == 2);
  CHECK(keep_alive.on_accept(kMinuteMs / 2));
  keep_alive.apply(-1, kMinuteMs / 2);
  CHECK_FALSE(keep_alive.on_accept(kMinuteMs / 2));
}

}  // namespace
}  // namespace grotto
