#include "load/result/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "load/result/judgement.h"
#include "load/result/units.h"
#include "load/result/verdict.h"

namespace grotto::load {

namespace {

/// Why a run that ended in its time has measured nothing; empty if it has.
std::string nothing_measured(const Report& report) {
  const Tally& tally = report.tally;
  if (report.connections == 0 && report.connect_failures > 0) {
    return fmt::format("none of {} connections could be made",
                       grouped_text(report.connect_failures));
  }
  const bool is_herd = report.workload == "idle" || report.workload == "churn";
  if (!is_herd && tally.sent == 0 && tally.received == 0 && tally.errors() == 0) {
    return "no line was sent";
  }
  if (tally.expected > 0 && tally.received + tally.skipped + tally.errors() == 0) {
    return fmt::format("none of {} {} came before the run ended", grouped_text(tally.expected),
                       unit_in_words(report, tally.expected));
  }
  return {};
}

void add_part(std::string& sentence, const std::string& part) {
  if (part.empty()) return;
  if (!sentence.empty()) sentence += "; ";
  sentence += part;
}

/// Whether the words about errors say already why it does not hold.
bool is_told_by_errors(const Assertion& assertion, const Report& report) {
  static constexpr std::string_view kNames[] = {"errors",    "lost",    "duplicated", "reordered",
                                                "corrupted", "foreign", "closed",     "timed_out"};
  const bool is_upper_bound = assertion.comparison == Comparison::less ||
                              assertion.comparison == Comparison::at_most ||
                              assertion.comparison == Comparison::equal;
  return is_upper_bound && report.tally.errors() > 0 &&
         std::find(std::begin(kNames), std::end(kNames), assertion.figure->name) !=
             std::end(kNames);
}

std::string judgement_of(const Report& report, const std::vector<Assertion>& assertions) {
  const bool is_limited = is_generator_limited(report);
  std::string sentence;
  if (report.verdict == Verdict::failed) {
    add_part(sentence, report.failure);
    add_part(sentence, errors_in_words(report));
    return sentence;
  }
  for (std::size_t i = 0; i < assertions.size(); ++i) {
    const AssertResult& result = report.asserts[i];
    if (result.holds || is_told_by_errors(assertions[i], report)) continue;
    add_part(sentence, fmt::format("{} does not hold: {}", result.text, result.found));
  }
  if (is_limited) add_part(sentence, limit_in_words(report));
  if (report.tally.errors() > 0) {
    add_part(sentence, errors_in_words(report));
  } else if (report.verdict == Verdict::good) {
    add_part(sentence, deliveries_in_words(report));
  }
  add_part(sentence, connect_failures_in_words(report));
  if (!is_limited) add_part(sentence, saturation_in_words(report));
  return sentence;
}

}  // namespace

bool schedule_ran_late(const Report& report) noexcept {
  const auto lag = report.lag.percentile(99);
  return lag > kLagMaxNs && static_cast<double>(lag) >
                                kLagShareMax * static_cast<double>(report.response.percentile(99));
}

bool is_generator_limited(const Report& report) noexcept {
  return report.is_open_loop &&
         (schedule_ran_late(report) || report.generator_cpu_peak > kBusyCores);
}

int judge(Report& report, const std::vector<Assertion>& asserted) {
  const auto& assertions = asserted.empty() ? std::vector{no_errors()} : asserted;
  if (report.failure.empty()) report.failure = nothing_measured(report);
  report.asserts.clear();
  for (const Assertion& assertion : assertions) {
    report.asserts.push_back(evaluate(assertion, report));
  }
  if (!report.failure.empty()) {
    report.verdict = Verdict::failed;
  } else if (std::any_of(report.asserts.begin(), report.asserts.end(),
                         [](const AssertResult& each) { return !each.holds; })) {
    report.verdict = Verdict::assertion_failed;
  } else if (is_generator_limited(report)) {
    report.verdict = Verdict::inconclusive;
  } else {
    report.verdict = Verdict::good;
  }
  report.judgement = judgement_of(report, assertions);
  return exit_status(report);
}

}  // namespace grotto::load
