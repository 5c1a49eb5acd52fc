#include "load/check/stream_check.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <set>
#include <vector>

#include "support/seed.h"

using grotto::load::StreamCheck;
using Outcome = StreamCheck::Outcome;

TEST_CASE("StreamCheck: lines in order leave nothing missing and cost nothing") {
  StreamCheck check;
  for (std::uint64_t i = 0; i < 1'000; ++i) CHECK(check.take(i) == Outcome::in_order);
  CHECK(check.next() == 1'000);
  CHECK(check.missing() == 0);
}

TEST_CASE("StreamCheck: one lost, one twice, two swapped: each is named") {
  StreamCheck check;
  CHECK(check.take(0) == Outcome::in_order);
  CHECK(check.take(2) == Outcome::after_gap);  // 1 is lost
  CHECK(check.missing() == 1);
  CHECK(check.take(3) == Outcome::in_order);
  CHECK(check.take(3) == Outcome::duplicated);
  CHECK(check.take(5) == Outcome::after_gap);
  CHECK(check.take(4) == Outcome::reordered);
  CHECK(check.take(4) == Outcome::duplicated);
  CHECK(check.missing() == 1);
  CHECK(check.missing_lines().front() == 1);
}

TEST_CASE("StreamCheck: agrees with a naive twin on shuffled streams with losses and repeats") {
  const auto seed = grotto::test::seed();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 20; ++round) {
    std::vector<std::uint64_t> lines;
    for (std::uint64_t i = 0; i < 2'000; ++i) {
      if (random() % 20 != 0) lines.push_back(i);
      if (random() % 30 == 0) lines.push_back(i);
    }
    for (int swaps = 0; swaps < 50; ++swaps) {
      const std::size_t at = random() % (lines.size() - 5);
      std::swap(lines[at], lines[at + random() % 5]);
    }
    StreamCheck check;
    std::set<std::uint64_t> seen;
    std::uint64_t next = 0;
    for (const std::uint64_t line : lines) {
      Outcome wanted = Outcome::in_order;
      if (seen.contains(line))
        wanted = Outcome::duplicated;
      else if (line < next)
        wanted = Outcome::reordered;
      else if (line > next)
        wanted = Outcome::after_gap;
      CHECK(check.take(line) == wanted);
      seen.insert(line);
      next = std::max(next, line + 1);
    }
    CHECK(check.next() == next);
    CHECK(check.missing() == next - seen.size());
  }
}

TEST_CASE("StreamCheck: an enormous gap is counted, not kept") {
  StreamCheck check;
  CHECK(check.take(1'000'000'000) == Outcome::after_gap);
  CHECK(check.missing() == 1'000'000'000);
  CHECK(check.missing_lines().size() == StreamCheck::kMissingMax);
  CHECK(check.take(999'999'999) == Outcome::reordered);
  CHECK(check.missing() == 999'999'999);
  CHECK(check.take(3) == Outcome::duplicated);  // given up: it cannot be told apart any more
}
