#include "load/view/plot_ticks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace grotto::load {

namespace {

constexpr std::array kFactors{1.0, 2.0, 5.0};

/// The `index`-th of …, 0.5, 1, 2, 5, 10, …, where the 0th is 1.
double round_value(int index) {
  const int decade = index >= 0 ? index / 3 : (index - 2) / 3;
  const double factor = kFactors[static_cast<std::size_t>(index - 3 * decade)];
  // Dividing keeps 0.1 and the like exact to the last digit, where multiplying by 1e-1 does not.
  return decade >= 0 ? factor * std::pow(10, decade) : factor / std::pow(10, -decade);
}

/// The index of the first round value that is not below `value`.
int index_not_below(double value) {
  int index = 3 * static_cast<int>(std::floor(std::log10(value)));
  while (round_value(index) < value * (1 - 1e-9)) ++index;
  return index;
}

}  // namespace

std::vector<Tick> linear_ticks(double highest, unsigned intervals_max, const TickLabel& label) {
  if (!(highest > 0) || !std::isfinite(highest)) highest = 1;
  const double step = round_value(index_not_below(highest / std::max(intervals_max, 1U)));
  const auto intervals = static_cast<unsigned>(std::max(1.0, std::ceil(highest / step - 1e-9)));
  std::vector<Tick> ticks;
  for (unsigned i = 0; i <= intervals; ++i) ticks.push_back({i * step, label(i * step)});
  return ticks;
}

std::vector<Tick> logarithmic_ticks(double lowest, double highest, const TickLabel& label) {
  const int last = index_not_below(highest);
  int first = index_not_below(lowest);
  if (round_value(first) > lowest * (1 + 1e-9)) --first;
  if (first == last) --first;
  constexpr int kAllLabelledMax = 9;  // three powers of ten
  std::vector<Tick> ticks;
  for (int i = first; i <= last; ++i) {
    const bool is_labelled = i % 3 == 0 || last - first <= kAllLabelledMax;
    ticks.push_back({round_value(i), is_labelled ? label(round_value(i)) : ""});
  }
  return ticks;
}

std::vector<Tick> time_ticks(double highest, unsigned intervals_max) {
  constexpr std::array kSteps{0.1,    0.2,    0.5,   1.0,    2.0,    5.0,    10.0,
                              15.0,   30.0,   60.0,  120.0,  300.0,  600.0,  900.0,
                              1800.0, 3600.0, 7200., 14400., 21600., 43200., 86400.};
  const double least = highest / std::max(intervals_max, 1U);
  double step = kSteps.back();
  for (const double candidate : kSteps) {
    if (candidate >= least) {
      step = candidate;
      break;
    }
  }
  while (step < least) step *= 2;
  const double unit = step >= 3600 ? 3600 : step >= 60 ? 60 : 1;
  const char* const name = step >= 3600 ? "h" : step >= 60 ? "min" : "s";
  std::vector<Tick> ticks;
  for (unsigned i = 0; i * step <= highest * (1 + 1e-9); ++i) {
    // {:.4g} drops the noise of 3 x 0.1.
    ticks.push_back({i * step, i == 0 ? "0" : fmt::format("{:.4g} {}", i * step / unit, name)});
  }
  return ticks;
}

std::vector<Tick> percentile_ticks(double highest) {
  std::vector<Tick> ticks{{0, "0 %"}};
  std::string nines = "90";
  for (int i = 1; i <= highest; ++i) {
    if (i == 2) nines = "99";
    if (i == 3) nines = "99.9";
    if (i > 3) nines += "9";
    ticks.push_back({static_cast<double>(i), nines + " %"});
  }
  return ticks;
}

}  // namespace grotto::load
