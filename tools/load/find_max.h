// find_max(): the highest rate at which a run keeps a bound: doubles the rate until it does not,
// then halves the distance. A rate that fails is tried once more. Threads: none; calls `attempt`
// one after the other.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "load/result/assertion.h"
#include "load/result/report.h"

namespace grotto::load {

struct FoundMax {
  double rate = 0;             // lines/s; 0: the bound did not hold at any rate that was tried
  std::optional<Report> best;  // the run at that rate
  std::optional<Report> last;  // the last run of all
  bool is_generator_limited = false;  // the search ended because the generator could not go faster
  std::vector<std::string> attempts;  // each in words: "12 000/s: p99 1.2 ms, holds"
};

/// Searches from `first_rate` on until the distance is below 5 % or kAttemptsMax runs were made.
/// `attempt`: one run at a rate. Errors: those of `attempt`.
inline constexpr int kAttemptsMax = 32;
Result<FoundMax> find_max(const Assertion& bound, double first_rate,
                          const std::function<Result<Report>(double)>& attempt);

}  // namespace grotto::load
