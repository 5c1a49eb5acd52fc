#include "room/key_set.h"

#include <doctest/doctest.h>

#include <random>
#include <set>

#include "support/seed.h"

namespace grotto {

TEST_CASE("KeySet: holds what a plain set holds, whatever comes and goes, also keys that collide") {
  INFO("seed ", test::seed());
  std::mt19937_64 random(test::seed());
  KeySet keys;
  std::set<std::uint64_t> twin;
  for (int step = 0; step < 100'000; ++step) {
    // Few homes and many keys: long runs that wrap around the end of the table.
    const std::uint64_t key = (random() % 64) * 1024 + 1000 + random() % 24;
    if (random() % 2 == 0) {
      keys.insert(key);
      twin.insert(key);
    } else {
      keys.erase(key);
      twin.erase(key);
    }
    REQUIRE(keys.size() == twin.size());
    REQUIRE(keys.contains(key) == twin.contains(key));
    if (step % 1000 == 0) {
      for (const std::uint64_t each : twin) REQUIRE(keys.contains(each));
    }
  }
}

TEST_CASE("KeySet: zero is a key like any other") {
  KeySet keys;
  CHECK_FALSE(keys.contains(0));
  keys.insert(0);
  CHECK(keys.contains(0));
  keys.erase(0);
  CHECK_FALSE(keys.contains(0));
}

}  // namespace grotto
