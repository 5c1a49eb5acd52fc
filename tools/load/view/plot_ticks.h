// Plot ticks: where an axis is marked, and how the marks read. Threads: pure functions.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace grotto::load {

/// A mark on an axis.
struct Tick {
  double value = 0;
  std::string label;
};

/// How a value reads beside the axis: "20 ms".
using TickLabel = std::function<std::string(double)>;

/// Round values (1, 2 or 5 times a power of ten apart) from 0 to the first that is not below
/// `highest`: at most `intervals_max` + 1 of them, at least two.
[[nodiscard]] std::vector<Tick> linear_ticks(double highest, unsigned intervals_max,
                                             const TickLabel& label);
/// Values 1, 2 or 5 times a power of ten, from the last that is not above `lowest` to the first
/// that is not below `highest`; labels only at the powers of ten when there are more than three
/// of these. REQUIRES: 0 < lowest <= highest.
[[nodiscard]] std::vector<Tick> logarithmic_ticks(double lowest, double highest,
                                                  const TickLabel& label);
/// Seconds within [0, highest] at steps that are round on a clock, as s, min or h; at most
/// `intervals_max` + 1 of them.
[[nodiscard]] std::vector<Tick> time_ticks(double highest, unsigned intervals_max);
/// Percentiles on the axis log10(1 / (1 - share)): 0 %, 90 % at 1, 99 % at 2, … up to `highest`.
[[nodiscard]] std::vector<Tick> percentile_ticks(double highest);

}  // namespace grotto::load
