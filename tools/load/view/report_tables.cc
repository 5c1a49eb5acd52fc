#include "load/view/report_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>

#include "load/result/rates.h"
#include "load/result/tally_fields.h"
#include "load/result/units.h"
#include "load/view/html_table.h"

namespace grotto::load {

namespace {

using Runs = std::vector<NamedRun>;
using Cell = std::function<std::optional<std::string>(const Report&)>;
using Words = std::vector<std::pair<std::string, std::string>>;

constexpr const char* kUnknown = "\u2013";

std::vector<std::string> heads_of(const Runs& runs, std::string_view first) {
  if (runs.size() == 1) return {};
  std::vector<std::string> heads{std::string(first)};
  for (const NamedRun& run : runs) heads.push_back(run.name);
  return heads;
}

void add_row(Table& table, const Runs& runs, std::string_view head, const Cell& cell) {
  Table::Row row{std::string(head), {}};
  bool is_known = false;
  for (const NamedRun& run : runs) {
    const auto text = cell(*run.report);
    is_known = is_known || text.has_value();
    row.cells.push_back(text.value_or(kUnknown));
  }
  if (is_known) table.rows.push_back(std::move(row));
}

/// A count that is told if it is not zero.
std::optional<std::string> if_any(std::uint64_t count) {
  if (count == 0) return std::nullopt;
  return grouped_text(count);
}

template <class Write>
std::optional<std::string> written(const std::optional<double>& value, const Write& write) {
  if (!value) return std::nullopt;
  return write(*value);
}

std::string rate_text(double rate) {
  return count_text(rate) + "/s";
}

std::string cost_text(double us) {
  return duration_text(us * 1e3);
}

struct Series {
  const char* name;
  Histogram Report::* values;
};
constexpr std::array<Series, 4> kSeries{{{"response", &Report::response},
                                         {"service", &Report::service},
                                         {"lag", &Report::lag},
                                         {"connect", &Report::connect}}};

struct Percentile {
  const char* name;
  double percent;  // 100: the highest value
};
constexpr std::array<Percentile, 5> kPercentiles{
    {{"p50", 50}, {"p90", 90}, {"p99", 99}, {"p99.9", 99.9}, {"max", 100}}};

std::string value_at(const Histogram& values, const Percentile& percentile) {
  const std::uint64_t ns =
      percentile.percent < 100 ? values.percentile(percentile.percent) : values.max();
  return duration_text(static_cast<double>(ns));
}

void add_latencies(Table& table, const Runs& runs) {
  for (const Series& series : kSeries) {
    for (const Percentile& percentile : kPercentiles) {
      add_row(table, runs, fmt::format("{} {}", series.name, percentile.name),
              [&](const Report& report) -> std::optional<std::string> {
                const Histogram& values = report.*series.values;
                if (values.count() == 0) return std::nullopt;
                return value_at(values, percentile);
              });
    }
  }
}

void add_counts(Table& table, const Runs& runs) {
  add_row(table, runs, "lines sent", [](const Report& r) { return grouped_text(r.tally.sent); });
  add_row(table, runs, "lines sent per second",
          [](const Report& r) { return written(sent_per_s(r), rate_text); });
  add_row(table, runs, "deliveries expected",
          [](const Report& r) { return grouped_text(r.tally.expected); });
  add_row(table, runs, "deliveries received",
          [](const Report& r) { return grouped_text(r.tally.received); });
  add_row(table, runs, "deliveries per second",
          [](const Report& r) { return written(received_per_s(r), rate_text); });
  add_row(table, runs, "bytes sent",
          [](const Report& r) { return bytes_text(static_cast<double>(r.tally.bytes_sent)); });
  add_row(table, runs, "bytes received",
          [](const Report& r) { return bytes_text(static_cast<double>(r.tally.bytes_received)); });
  add_row(table, runs, "errors", [](const Report& r) { return grouped_text(r.tally.errors()); });
  for (const TallyField& kind : kErrorFields) {
    add_row(table, runs, fmt::format("errors: {}", kind.words),
            [&kind](const Report& r) { return if_any(r.tally.*kind.count); });
  }
  add_row(table, runs, "announced as skipped",
          [](const Report& r) { return if_any(r.tally.skipped); });
  add_row(table, runs, "connections", [](const Report& r) { return grouped_text(r.connections); });
  add_row(table, runs, "failed to connect",
          [](const Report& r) { return if_any(r.connect_failures); });
  add_row(table, runs, "lives", [](const Report& r) { return if_any(r.lives); });
}

void add_costs(Table& table, const Runs& runs) {
  add_row(table, runs, "server CPU",
          [](const Report& r) { return written(server_cpu(r), share_text); });
  add_row(table, runs, "server CPU per message",
          [](const Report& r) { return written(server_cpu_us_per_message(r), cost_text); });
  add_row(table, runs, "server memory per connection",
          [](const Report& r) { return written(server_bytes_per_connection(r), bytes_text); });
  add_row(table, runs, "server memory, connected", [](const Report& r) {
    std::optional<double> bytes;
    if (r.server_bytes_after) bytes = static_cast<double>(*r.server_bytes_after);
    return written(bytes, bytes_text);
  });
  add_row(table, runs, "generator CPU", [](const Report& r) {
    std::optional<double> cores;
    if (r.measured_s > 0) cores = r.generator_cpu_us / 1e6 / r.measured_s;
    return written(cores, share_text);
  });
  add_row(table, runs, "generator CPU per message",
          [](const Report& r) { return written(generator_cpu_us_per_message(r), cost_text); });
  add_row(table, runs, "generator, busiest thread",
          [](const Report& r) { return share_text(r.generator_cpu_peak); });
  add_row(table, runs, "taken by the hypervisor",
          [](const Report& r) { return share_text(r.steal_share); });
}

/// The names that any run has, in the order in which they come up, and what each run has there.
Table words_table(std::string caption, const Runs& runs, const std::vector<Words>& words) {
  Table table{std::move(caption), heads_of(runs, ""), {}, Cells::words};
  for (std::size_t run = 0; run < words.size(); ++run) {
    for (const auto& [name, value] : words[run]) {
      if (value.empty()) continue;
      const auto is_it = [&wanted = name](const Table::Row& row) { return row.head == wanted; };
      auto row = std::find_if(table.rows.begin(), table.rows.end(), is_it);
      if (row == table.rows.end()) {
        table.rows.push_back({name, std::vector<std::string>(words.size(), kUnknown)});
        row = std::prev(table.rows.end());
      }
      row->cells[run] = value;
    }
  }
  return table;
}

}  // namespace

std::string figures_table(const std::vector<NamedRun>& runs) {
  Table table{"Figures", heads_of(runs, "figure"), {}, Cells::numbers};
  add_row(table, runs, "measured",
          [](const Report& r) { return duration_text(r.measured_s * 1e9); });
  add_counts(table, runs);
  if (runs.size() > 1) add_latencies(table, runs);
  add_costs(table, runs);
  return html_of(table);
}

std::string latency_table(const Report& report) {
  Table table{"Latencies", {"series"}, {}, Cells::numbers};
  for (const Percentile& percentile : kPercentiles) table.heads.emplace_back(percentile.name);
  table.heads.insert(table.heads.end(), {"mean", "count"});
  for (const Series& series : kSeries) {
    const Histogram& values = report.*series.values;
    if (values.count() == 0) continue;
    Table::Row row{series.name, {}};
    for (const Percentile& percentile : kPercentiles)
      row.cells.push_back(value_at(values, percentile));
    row.cells.push_back(duration_text(values.mean()));
    row.cells.push_back(grouped_text(values.count()));
    table.rows.push_back(std::move(row));
  }
  return html_of(table);
}

std::string asserts_table(const std::vector<NamedRun>& runs) {
  std::vector<Words> words;
  for (const NamedRun& run : runs) {
    words.emplace_back();
    for (const AssertResult& result : run.report->asserts) {
      words.back().emplace_back(result.text,
                                fmt::format("{}{}{}", result.holds ? "holds" : "FAILS",
                                            result.found.empty() ? "" : ", found ", result.found));
    }
  }
  return html_of(words_table("Assertions", runs, words));
}

std::string options_table(const std::vector<NamedRun>& runs) {
  std::vector<Words> words;
  for (const NamedRun& run : runs) {
    const Report& report = *run.report;
    words.push_back({{"workload", report.workload},
                     {"dialect", report.dialect},
                     {"target", report.target},
                     {"loop", report.is_open_loop ? "open" : "closed"}});
    words.back().insert(words.back().end(), report.options.begin(), report.options.end());
    words.back().emplace_back("started", report.started_at);
    words.back().emplace_back("to repeat it", report.command);
  }
  return html_of(words_table("Options", runs, words));
}

std::string environment_table(const std::vector<NamedRun>& runs) {
  std::vector<Words> words;
  words.reserve(runs.size());
  for (const NamedRun& run : runs) words.push_back(run.report->environment);
  return html_of(words_table("Environment", runs, words));
}

}  // namespace grotto::load
