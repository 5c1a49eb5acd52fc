#include "room/patience.h"

#include <doctest/doctest.h>

namespace grotto {

TEST_CASE("Patience: a newcomer has 200 ms until it has kept up for 10 s, then 2 s") {
  const Limits limits;
  Patience patience;
  patience.reach_head(0);
  CHECK(patience.block(5'000, limits) == 200);
  patience.unblock(5'050);
  CHECK(patience.block(5'100, limits) == 150);  // what was spent counts until it is at the head
  patience.unblock(5'150);
  patience.reach_head(5'200);
  CHECK(patience.block(15'200, limits) == 2'000);
}

TEST_CASE("Patience: who ran out of it is waited for again after 30 s without being blocked") {
  const Limits limits;
  Patience patience;
  patience.reach_head(0);
  patience.block(20'000, limits);
  patience.run_out();
  CHECK_FALSE(patience.is_waited_for(22'000, limits));
  patience.unblock(25'000);
  patience.reach_head(25'000);
  CHECK_FALSE(patience.is_waited_for(54'999, limits));
  CHECK(patience.is_waited_for(55'000, limits));
  CHECK(patience.block(40'000, limits) == 0);  // too early: nobody waits
}

TEST_CASE("Patience: a slow drip is not endless: blocked time adds up until the head is reached") {
  const Limits limits;
  Patience patience;
  patience.reach_head(0);
  std::uint64_t now = 20'000;
  std::uint64_t left = patience.block(now, limits);
  for (int drip = 0; drip < 3; ++drip) {
    now += 600;
    patience.unblock(now);
    left = patience.block(now, limits);
  }
  CHECK(left == 200);
}

TEST_CASE("Patience: who is not blocked is always waited for") {
  const Limits limits;
  Patience patience;
  CHECK(patience.is_waited_for(0, limits));
  patience.reach_head(0);
  CHECK(patience.is_waited_for(1'000'000, limits));
}

}  // namespace grotto
