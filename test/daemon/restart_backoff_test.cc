#include "daemon/restart_backoff.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <initializer_list>

namespace grotto {

TEST_CASE("RestartBackoff: 1 s, doubled from end to end, at most 60 s") {
  RestartBackoff backoff({});
  for (const std::uint64_t expected_ms :
       {1000U, 2000U, 4000U, 8000U, 16000U, 32000U, 60000U, 60000U, 60000U}) {
    CHECK(backoff.on_end(0) == expected_ms);
  }
}

TEST_CASE(
    "RestartBackoff: after a life of 60 s it begins anew, one millisecond less is a failure") {
  RestartBackoff backoff({});
  CHECK(backoff.on_end(0) == 1'000);
  CHECK(backoff.on_end(59'999) == 2'000);
  CHECK(backoff.on_end(60'000) == 1'000);
  CHECK(backoff.on_end(1) == 2'000);
}

}  // namespace grotto
