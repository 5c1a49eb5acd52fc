#include "load/result/histogram.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <sstream>
#include <vector>

#include "support/seed.h"

using grotto::load::Histogram;

namespace {

/// The nearest rank by exact sorting: what percentile() approximates.
std::uint64_t exact(const std::vector<std::uint64_t>& sorted, double percent) {
  const auto rank = static_cast<std::size_t>(
      std::max(1.0, std::ceil(percent / 100 * static_cast<double>(sorted.size()))));
  return sorted[rank - 1];
}

std::vector<std::uint64_t> random_durations(std::mt19937_64& random, std::size_t count) {
  std::vector<std::uint64_t> values;
  std::uniform_real_distribution<double> exponent(0, 41);  // 1 ns to 36 minutes
  for (std::size_t i = 0; i < count; ++i)
    values.push_back(static_cast<std::uint64_t>(std::exp2(exponent(random))));
  return values;
}

const double kPercents[] = {0, 0.1, 1, 10, 25, 50, 75, 90, 99, 99.9, 99.99, 100};

}  // namespace

TEST_CASE("Histogram: every percentile is within 0.1 % of the one that exact sorting gives") {
  const auto seed = grotto::test::seed();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (const std::size_t count : {1U, 2U, 10U, 999U, 100'000U}) {
    auto values = random_durations(random, count);
    Histogram histogram;
    for (const auto value : values) histogram.record(value);
    std::sort(values.begin(), values.end());
    for (const double percent : kPercents) {
      const auto wanted = static_cast<double>(exact(values, percent));
      const auto found = static_cast<double>(histogram.percentile(percent));
      INFO("count " << count << ", percent " << percent);
      CHECK(std::abs(found - wanted) <= wanted * 0.001);
    }
    CHECK(histogram.count() == count);
    CHECK(histogram.max() == values.back());
    CHECK(histogram.min() == values.front());
  }
}

TEST_CASE("Histogram: a merge is the histogram of the union") {
  const auto seed = grotto::test::seed();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  Histogram one;
  Histogram other;
  Histogram both;
  for (const auto value : random_durations(random, 10'000)) {
    (value % 3 == 0 ? one : other).record(value);
    both.record(value);
  }
  other.record(Histogram::kHighest + 5);
  both.record(Histogram::kHighest + 5);
  one.merge(other);
  CHECK(one.count() == both.count());
  CHECK(one.overflow() == 1);
  CHECK(one.max() == both.max());
  CHECK(one.min() == both.min());
  CHECK(one.mean() == doctest::Approx(both.mean()));
  const auto left = one.buckets();
  const auto right = both.buckets();
  REQUIRE(left.size() == right.size());
  for (std::size_t i = 0; i < left.size(); ++i) {
    CHECK(left[i].value == right[i].value);
    CHECK(left[i].times == right[i].times);
  }
}

TEST_CASE("Histogram: what is beyond an hour is counted as overflow, and max() is still exact") {
  Histogram histogram;
  histogram.record(Histogram::kHighest);
  CHECK(histogram.overflow() == 0);
  histogram.record(Histogram::kHighest + 1, 2);
  CHECK(histogram.overflow() == 2);
  CHECK(histogram.count() == 3);
  CHECK(histogram.max() == Histogram::kHighest + 1);
  histogram.record(~std::uint64_t{0});
  CHECK(histogram.max() == ~std::uint64_t{0});
}

TEST_CASE("Histogram: none is zero everywhere, and clear() makes it so") {
  Histogram histogram;
  for (int round = 0; round < 2; ++round) {
    CHECK(histogram.count() == 0);
    CHECK(histogram.percentile(99) == 0);
    CHECK(histogram.mean() == 0);
    CHECK(histogram.min() == 0);
    CHECK(histogram.buckets().empty());
    histogram.record(7, 0);
    histogram.record(7, 3);
    CHECK(histogram.count() == 3);
    histogram.clear();
  }
}

TEST_CASE("Histogram: the .hgrm file ends at 100 % with the highest value in microseconds") {
  Histogram histogram;
  histogram.record(1'000, 99);
  histogram.record(2'000'000);
  std::ostringstream out;
  histogram.write_hgrm(out);
  const std::string text = out.str();
  CHECK(text.starts_with("       Value     Percentile TotalCount 1/(1-Percentile)\n\n"));
  CHECK(text.find("       1.000 0.990000000000         99         100.00\n") != std::string::npos);
  CHECK(text.find("    2000.000 1.000000000000        100\n") != std::string::npos);
  CHECK(text.find("#[Max     =     2000.000, Total count    =          100]\n") !=
        std::string::npos);
}
