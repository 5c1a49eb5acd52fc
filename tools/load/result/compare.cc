#include "load/result/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <vector>

#include "base/escape.h"
#include "load/result/differences.h"
#include "load/result/figures.h"
#include "load/result/rates.h"
#include "load/result/report_json.h"
#include "load/result/units.h"

namespace grotto::load {

namespace {

using OfSample = std::optional<double> (*)(const Sample&);

struct Row {
  const char* label;
  const char* figure;  // its name in figures()
  OfSample of_sample;  // null: an interval does not know it
};

std::optional<double> rate_of_sending(const Sample& sample) {
  return sent_per_s(sample);
}
std::optional<double> rate_of_receiving(const Sample& sample) {
  return received_per_s(sample);
}
std::optional<double> server_cost(const Sample& sample) {
  return server_cpu_us_per_message(sample);
}
std::optional<double> generator_cost(const Sample& sample) {
  return generator_cpu_us_per_message(sample);
}

constexpr std::array<Row, 12> kRows{{
    {"sent/s", "sent_per_s", rate_of_sending},
    {"received/s", "received_per_s", rate_of_receiving},
    {"p50", "p50", [](const Sample& sample) { return std::optional(sample.p50_us); }},
    {"p90", "p90", nullptr},
    {"p99", "p99", [](const Sample& sample) { return std::optional(sample.p99_us); }},
    {"p99.9", "p999", nullptr},
    {"max", "max", [](const Sample& sample) { return std::optional(sample.max_us); }},
    {"mean", "mean", nullptr},
    {"server CPU per message", "server_cpu_us_per_message", server_cost},
    {"generator CPU per message", "generator_cpu_us_per_message", generator_cost},
    {"server memory per connection", "server_bytes_per_connection", nullptr},
    {"errors", "errors", nullptr},
}};

std::optional<double> ratio(std::optional<double> a, std::optional<double> b) {
  if (!a || !b || !(*a > 0)) return std::nullopt;
  return *b / *a;
}

std::string ratio_text(const std::optional<double>& ratio) {
  if (!ratio) return "\u2013";
  return std::abs(*ratio) < 10 ? fmt::format("{:.3f}", *ratio) : three_digits(*ratio);
}

/// Between the two nearest ranks, as most tools do. REQUIRES: sorted, not empty.
double quantile(const std::vector<double>& sorted, double share) {
  const double rank = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(rank);
  const auto above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (rank - std::floor(rank)) * (sorted[above] - sorted[below]);
}

/// Of fewer than two intervals there is no spread.
std::string spread_text(OfSample of_sample, const Report& a, const Report& b) {
  std::vector<double> ratios;
  const auto pairs = of_sample == nullptr ? 0 : std::min(a.samples.size(), b.samples.size());
  for (std::size_t i = 0; i < pairs; ++i) {
    const auto found = ratio(of_sample(a.samples[i]), of_sample(b.samples[i]));
    if (found) ratios.push_back(*found);
  }
  if (ratios.size() < 2) return "\u2013";
  std::sort(ratios.begin(), ratios.end());
  return fmt::format("{} ({} \u2026 {})", ratio_text(quantile(ratios, 0.5)),
                     ratio_text(quantile(ratios, 0.25)), ratio_text(quantile(ratios, 0.75)));
}

std::string value_text(const Figure& figure, const std::optional<double>& value) {
  return value ? figure_text(figure.quantity, *value) : "\u2013";
}

std::string line(std::string_view label, std::string_view a, std::string_view b,
                 std::string_view ratio_of_both, std::string_view spread) {
  return fmt::format("{:<28}  {:>11}  {:>11}  {:>8}  {}\n", label, a, b, ratio_of_both, spread);
}

std::string heading(std::string_view which, const ComparedRun& run) {
  const Report& report = *run.report;
  return fmt::format("{}  {}: {} in {} on {}, {} loop, {} measured from {}\n", which,
                     escaped(run.name), escaped(report.workload), escaped(report.dialect),
                     escaped(report.target), report.is_open_loop ? "open" : "closed",
                     duration_text(report.measured_s * 1e9), escaped(report.started_at));
}

}  // namespace

std::string compare(const ComparedRun& a, const ComparedRun& b) {
  std::string text = heading("A", a) + heading("B", b) + "\n";
  text += line("", "A", "B", "B/A",
               fmt::format("median of {} intervals (quartiles)",
                           std::min(a.report->samples.size(), b.report->samples.size())));
  for (const Row& row : kRows) {
    const Figure& figure = *find_figure(row.figure);
    const auto of_a = figure.find(*a.report);
    const auto of_b = figure.find(*b.report);
    if (!of_a && !of_b) continue;
    text += line(row.label, value_text(figure, of_a), value_text(figure, of_b),
                 ratio_text(ratio(of_a, of_b)), spread_text(row.of_sample, *a.report, *b.report));
  }
  const auto doubts = differences(*a.report, *b.report);
  if (!doubts.empty()) text += "\nBeware:\n";
  for (const std::string& doubt : doubts) text += "  " + doubt + "\n";
  return text;
}

Result<std::string> compare_files(const std::string& a, const std::string& b) {
  const auto first = read_report(a);
  if (!first) return first.error();
  const auto second = read_report(b);
  if (!second) return second.error();
  return compare({a, &*first}, {b, &*second});
}

}  // namespace grotto::load
