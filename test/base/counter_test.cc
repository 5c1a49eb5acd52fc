#include "base/counter.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "base/worker_counters.h"

namespace grotto {

TEST_CASE("DurationHistogram: a bound is inside its bucket, one nanosecond more is in the next") {
  for (std::size_t i = 0; i < DurationHistogram::kBoundsUs.size(); ++i) {
    CAPTURE(i);
    DurationHistogram histogram;
    const std::uint64_t bound_ns = DurationHistogram::kBoundsUs[i] * 1'000;
    histogram.observe_ns(bound_ns);
    CHECK(histogram.in_bucket(i) == 1);
    CHECK(histogram.in_bucket(i + 1) == 0);
    histogram.observe_ns(bound_ns + 1);
    CHECK(histogram.in_bucket(i) == 1);
    CHECK(histogram.in_bucket(i + 1) == 1);
    CHECK(histogram.sum_ns() == 2 * bound_ns + 1);
  }
}

TEST_CASE("DurationHistogram: nothing is too short or too long") {
  DurationHistogram histogram;
  histogram.observe_ns(0);
  histogram.observe_ns(3'600'000'000'000);
  CHECK(histogram.in_bucket(0) == 1);
  CHECK(histogram.in_bucket(DurationHistogram::kBoundsUs.size()) == 1);
}

TEST_CASE("Gauge: goes below nothing as well, so that a fault in the counting shows") {
  Gauge gauge;
  gauge.up();
  gauge.down();
  gauge.down();
  CHECK(gauge.value() == -1);
}

TEST_CASE("WorkerCounters: each label is a word of its own") {
  std::set<std::string_view> words;
  for (std::size_t i = 0; i < kDoorKinds; ++i) words.insert(to_string(static_cast<DoorKind>(i)));
  CHECK(words.size() == kDoorKinds);
  words.clear();
  for (std::size_t i = 0; i < kRefusalReasons; ++i) {
    words.insert(to_string(static_cast<RefusalReason>(i)));
  }
  CHECK(words.size() == kRefusalReasons);
  words.clear();
  for (std::size_t i = 0; i < kCloseReasons; ++i) {
    words.insert(to_string(static_cast<CloseReason>(i)));
  }
  CHECK(words.size() == kCloseReasons);
  CHECK_FALSE(words.contains("unknown"));
}

}  // namespace grotto
