#include "load/view/plot_ticks.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <random>
#include <string>

#include "support/seed.h"

using namespace grotto::load;

namespace {

std::string plain(double value) {
  return fmt::format("{:.10g}", value);
}

/// "0 5 10": the labels.
std::string read(const std::vector<Tick>& ticks) {
  std::string text;
  for (const Tick& tick : ticks) text += (text.empty() ? "" : " | ") + tick.label;
  return text;
}

}  // namespace

TEST_CASE("PlotTicks: linear ticks are round, begin at 0 and end at or above the highest value") {
  CHECK(read(linear_ticks(10, 5, plain)) == "0 | 2 | 4 | 6 | 8 | 10");
  CHECK(read(linear_ticks(10.1, 5, plain)) == "0 | 5 | 10 | 15");
  CHECK(read(linear_ticks(0.3, 3, plain)) == "0 | 0.1 | 0.2 | 0.3");
  CHECK(read(linear_ticks(123'456, 5, plain)) == "0 | 50000 | 100000 | 150000");
  CHECK(read(linear_ticks(1, 1, plain)) == "0 | 1");
  SUBCASE("and are some even when there is no value") {
    for (const double highest : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN(),
                                 -std::numeric_limits<double>::infinity()}) {
      CHECK(linear_ticks(highest, 5, plain).back().value == 1);
    }
  }
}

TEST_CASE("PlotTicks: whatever the highest value, linear ticks cover it and are not too many") {
  const auto seed = grotto::test::seed();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> exponent(-6, 15);
  for (int i = 0; i < 2'000; ++i) {
    const double highest = std::pow(10, exponent(random));
    INFO(highest);
    const auto ticks = linear_ticks(highest, 5, plain);
    REQUIRE(ticks.size() >= 2);
    CHECK(ticks.size() <= 6);
    CHECK(ticks.back().value >= highest * (1 - 1e-6));
    CHECK(ticks[ticks.size() - 2].value < highest);
  }
}

TEST_CASE("PlotTicks: logarithmic ticks enclose the values") {
  CHECK(read(logarithmic_ticks(80, 700, plain)) == "50 | 100 | 200 | 500 | 1000");
  CHECK(read(logarithmic_ticks(1, 10, plain)) == "1 | 2 | 5 | 10");
  CHECK(read(logarithmic_ticks(0.3, 0.9, plain)) == "0.2 | 0.5 | 1");
  SUBCASE("also when there is but one value") {
    CHECK(read(logarithmic_ticks(5, 5, plain)) == "2 | 5");
    CHECK(read(logarithmic_ticks(6, 6, plain)) == "5 | 10");
  }
  SUBCASE("and over many powers of ten only these are labelled") {
    CHECK(read(logarithmic_ticks(1, 20'000, plain)) ==
          "1 |  |  | 10 |  |  | 100 |  |  | 1000 |  |  | 10000 | ");
  }
}

TEST_CASE("PlotTicks: times are marked at the steps of a clock") {
  CHECK(read(time_ticks(10, 5)) == "0 | 2 s | 4 s | 6 s | 8 s | 10 s");
  CHECK(read(time_ticks(0.9, 5)) == "0 | 0.2 s | 0.4 s | 0.6 s | 0.8 s");
  CHECK(read(time_ticks(60, 5)) == "0 | 15 s | 30 s | 45 s | 60 s");
  CHECK(read(time_ticks(300, 5)) == "0 | 1 min | 2 min | 3 min | 4 min | 5 min");
  CHECK(read(time_ticks(7'200, 5)) == "0 | 30 min | 60 min | 90 min | 120 min");
  CHECK(read(time_ticks(86'400, 5)) == "0 | 6 h | 12 h | 18 h | 24 h");
  CHECK(time_ticks(366.0 * 86'400, 5).size() <= 6);
  CHECK(read(time_ticks(0, 5)) == "0");
}

TEST_CASE("PlotTicks: percentiles are marked at each further nine") {
  CHECK(read(percentile_ticks(5.2)) == "0 % | 90 % | 99 % | 99.9 % | 99.99 % | 99.999 %");
  CHECK(read(percentile_ticks(0.5)) == "0 %");
}
