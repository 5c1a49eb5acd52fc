#include "room/key_set.h"

#include <doctest/doctest.h>

#include <map>
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

TEST_CASE("KeyMap: has for each key the value that it was given last") {
  INFO("seed ", test::seed());
  std::mt19937_64 random(test::seed());
  KeyMap<std::uint64_t> keys;
  std::map<std::uint64_t, std::uint64_t> twin;
  for (std::uint64_t step = 0; step < 100'000; ++step) {
    const std::uint64_t key = (random() % 64) * 1024 + 1000 + random() % 24;
    if (random() % 2 == 0) {
      keys.put(key, step);
      twin[key] = step;
    } else {
      keys.erase(key);
      twin.erase(key);
    }
    REQUIRE(keys.size() == twin.size());
    if (step % 1000 != 0) continue;
    for (const auto& [each, value] : twin) {
      REQUIRE(keys.find(each) != nullptr);
      REQUIRE(*keys.find(each) == value);
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
