#include "load/find_max.h"

#include <fmt/format.h>

#include <utility>

#include "load/result/judge.h"
#include "load/result/units.h"

namespace grotto::load {

Result<FoundMax> find_max(const Assertion& bound, double first_rate,
                          const std::function<Result<Report>(double)>& attempt) {
  constexpr double kCloseEnough = 1.05;
  constexpr double kLeastRate = 1;
  FoundMax found;
  double good = 0;
  double bad = 0;
  double rate = first_rate;
  double tried_again = 0;
  for (int i = 0; i < kAttemptsMax; ++i) {
    auto report = attempt(rate);
    if (!report) return report.error();
    const bool is_interrupted =
        !report->notes.empty() && report->notes.back().starts_with("interrupted");
    const AssertResult result = evaluate(bound, *report);
    const bool is_limited = is_generator_limited(*report);
    const bool holds = result.holds && report->failure.empty() && report->tally.errors() == 0;
    found.attempts.push_back(fmt::format("{}/s: {}{}", count_text(rate),
                                         result.found.empty() ? "nothing measured" : result.found,
                                         is_limited ? ", but the generator was the bottleneck"
                                         : holds    ? ", holds"
                                                    : ", does not hold"));
    // Once more before it counts: the machine may have been busy with something else.
    if (!(holds && !is_limited) && rate != tried_again && !is_interrupted) {
      tried_again = rate;
      found.last = std::move(*report);
      continue;
    }
    if (holds && !is_limited) {
      good = rate;
      found.rate = rate;
      found.best = *report;
    } else {
      bad = rate;
      found.is_generator_limited = is_limited;
    }
    found.last = std::move(*report);
    if (is_interrupted || (bad > 0 && good > 0 && bad <= good * kCloseEnough) ||
        (good == 0 && bad <= kLeastRate))
      break;
    rate = bad == 0 ? good * 2 : good == 0 ? bad / 4 : (good + bad) / 2;
    if (rate < kLeastRate) rate = kLeastRate;
  }
  return found;
}

}  // namespace grotto::load
