#include "base/token_bucket.h"

#include <doctest/doctest.h>

namespace grotto {

TEST_CASE("TokenBucket: a burst passes at once, what follows comes at the rate") {
  const TokenBucket::Rate rate{.per_second = 5, .burst = 20};
  TokenBucket bucket;
  std::uint64_t now = 1'000;
  for (int line = 0; line < 20; ++line) {
    REQUIRE(bucket.wait_ms(1, rate, now) == 0);
    bucket.take(1, rate, now);
  }
  const std::uint64_t wait = bucket.wait_ms(1, rate, now);
  CHECK(wait >= 199);
  CHECK(wait <= 201);
  now += wait;
  CHECK(bucket.wait_ms(1, rate, now) == 0);
  bucket.take(1, rate, now);
  CHECK(bucket.wait_ms(1, rate, now) > 190);
}

TEST_CASE("TokenBucket: silence fills it up, but not beyond the burst") {
  const TokenBucket::Rate rate{.per_second = 10, .burst = 3};
  TokenBucket bucket;
  std::uint64_t now = 1'000'000;
  for (int line = 0; line < 3; ++line) {
    REQUIRE(bucket.wait_ms(1, rate, now) == 0);
    bucket.take(1, rate, now);
  }
  CHECK(bucket.wait_ms(1, rate, now) > 0);
}

TEST_CASE("TokenBucket: a rate of zero is no limit") {
  TokenBucket bucket;
  for (int line = 0; line < 1000; ++line) {
    REQUIRE(bucket.wait_ms(1'000'000, {}, 0) == 0);
    bucket.take(1'000'000, {}, 0);
  }
}

TEST_CASE("TokenBucket: more than a burst waits for a full bucket, not for ever") {
  const TokenBucket::Rate rate{.per_second = 10, .burst = 5};
  TokenBucket bucket;
  CHECK(bucket.wait_ms(50, rate, 0) == 0);
  bucket.take(50, rate, 0);
  CHECK(bucket.wait_ms(50, rate, 0) <= 501);
}

}  // namespace grotto
