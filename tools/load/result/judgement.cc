#include "load/result/judgement.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "load/result/judge.h"
#include "load/result/rates.h"
#include "load/result/units.h"

namespace grotto::load {

namespace {

struct Words {
  std::uint64_t Tally::* count;
  const char* of_one;
  const char* of_many;
};

constexpr std::array<Words, 6> kErrors{{
    {&Tally::lost, "was lost", "were lost"},
    {&Tally::duplicated, "came twice", "came twice"},
    {&Tally::reordered, "came out of order", "came out of order"},
    {&Tally::corrupted, "came with other bytes", "came with other bytes"},
    {&Tally::foreign, "was not for its receiver", "were not for their receivers"},
    {&Tally::timed_out, "did not come in time", "did not come in time"},
}};

std::string whole_percent(double share) {
  return fmt::format("{:.0f} %", share * 100);
}

std::string p99_of(const Histogram& histogram) {
  return duration_text(static_cast<double>(histogram.percentile(99)));
}

std::string connections_in_words(std::uint64_t count) {
  return fmt::format("{} connection{}", grouped_text(count), count == 1 ? "" : "s");
}

}  // namespace

std::string_view unit_in_words(const Report& report, std::uint64_t count) {
  const bool is_shared = report.workload == "fanout" || report.workload == "chat";
  if (is_shared) return count == 1 ? "delivery" : "deliveries";
  return count == 1 ? "line" : "lines";
}

std::string errors_in_words(const Report& report) {
  std::string text;
  for (const Words& each : kErrors) {
    const std::uint64_t count = report.tally.*each.count;
    if (count == 0) continue;
    text += text.empty() ? fmt::format("{} of {} {}", grouped_text(count),
                                       grouped_text(report.tally.expected),
                                       unit_in_words(report, report.tally.expected))
                         : ", " + grouped_text(count);
    text += fmt::format(" {}", count == 1 ? each.of_one : each.of_many);
  }
  if (const auto closed = report.tally.closed; closed > 0) {
    text += fmt::format("{}{} {} ended by the server", text.empty() ? "" : ", ",
                        connections_in_words(closed), closed == 1 ? "was" : "were");
  }
  return text;
}

std::string deliveries_in_words(const Report& report) {
  const Tally& tally = report.tally;
  if (tally.expected == 0) {
    if (report.workload == "churn") {
      return connections_in_words(report.lives) + " lived and ended well";
    }
    return connections_in_words(report.connections) + " stayed to the end";
  }
  const auto unit = unit_in_words(report, tally.expected);
  if (tally.received >= tally.expected) {
    if (tally.expected == 1) return fmt::format("the one {} came whole", unit);
    return fmt::format("every one of {} {} came whole and in order", grouped_text(tally.expected),
                       unit);
  }
  std::string text = fmt::format("{} of {} {} came whole and in order",
                                 grouped_text(tally.received), grouped_text(tally.expected), unit);
  if (tally.skipped > 0) {
    text += fmt::format(", {} {} announced as skipped", grouped_text(tally.skipped),
                        tally.skipped == 1 ? "was" : "were");
  }
  if (const auto known = tally.received + tally.skipped; known < tally.expected) {
    text +=
        fmt::format(", {} had not come when the run ended", grouped_text(tally.expected - known));
  }
  return text;
}

std::string limit_in_words(const Report& report) {
  std::string causes;
  if (schedule_ran_late(report)) {
    causes = fmt::format("its schedule ran late (lag p99 {} of a response p99 of {})",
                         p99_of(report.lag), p99_of(report.response));
  }
  if (report.generator_cpu_peak > kBusyCores) {
    causes += fmt::format("{}its busiest thread used {} of a core", causes.empty() ? "" : " and ",
                          whole_percent(report.generator_cpu_peak));
  }
  return fmt::format("generator-limited: {}; the server's latency is not known", causes);
}

std::string saturation_in_words(const Report& report) {
  const auto server = server_cpu(report);
  const bool is_server_busy = server && *server > kBusyCores;
  if (is_server_busy) {
    return fmt::format("saturated: the server used {} of a core, the generator {}",
                       whole_percent(*server), whole_percent(report.generator_cpu_peak));
  }
  if (report.generator_cpu_peak <= kBusyCores) return {};
  return fmt::format(
      "saturated: the generator used {} of a core{}; the rate may be its own, not "
      "the server's",
      whole_percent(report.generator_cpu_peak),
      server ? ", the server " + whole_percent(*server) : "");
}

std::string connect_failures_in_words(const Report& report) {
  if (report.connect_failures == 0) return {};
  return connections_in_words(report.connect_failures) + " could not be made";
}

}  // namespace grotto::load
