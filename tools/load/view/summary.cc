#include "load/view/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "line/text.h"
#include "load/result/rates.h"
#include "load/result/tally_fields.h"
#include "load/result/units.h"

namespace grotto::load {

namespace {

using Lines = std::vector<std::string>;

constexpr std::size_t kSummaryLabelColumns = 14;
constexpr std::size_t kCellColumns = 11;

std::string left(std::string_view text, std::size_t columns) {
  const std::size_t used = display_width(text);
  return std::string(text) + std::string(columns > used ? columns - used : 0, ' ');
}

std::string right(std::string_view text, std::size_t columns) {
  const std::size_t used = display_width(text);
  return std::string(columns > used ? columns - used : 0, ' ') + std::string(text);
}

std::string row(std::string_view label, std::string_view text) {
  return left(label, kSummaryLabelColumns) + std::string(text);
}

std::string option(const Report& report, std::string_view name) {
  for (const auto& [known, value] : report.options)
    if (known == name) return value;
  return {};
}

std::string loop_text(const Report& report) {
  if (report.workload == "idle") return {};
  const std::string rate = option(report, "rate");
  const std::string depth = option(report, "depth");
  if (report.is_open_loop) return rate.empty() ? ", open loop" : ", open loop at " + rate + "/s";
  return depth.empty() ? ", closed loop" : ", closed loop, depth " + depth;
}

std::string title(const Report& report) {
  return fmt::format("{} of {} ({}): {} connections{}, {}", report.workload, report.target,
                     report.dialect, grouped_text(report.connections), loop_text(report),
                     duration_text(report.measured_s * 1e9));
}

std::string per_second(const std::optional<double>& rate) {
  return rate ? count_text(*rate) + "/s" : "";
}

std::string volume(std::uint64_t bytes, double seconds) {
  if (!(seconds > 0)) return bytes_text(static_cast<double>(bytes));
  return fmt::format("{} ({}/s)", bytes_text(static_cast<double>(bytes)),
                     bytes_text(static_cast<double>(bytes) / seconds));
}

void add_counts(const Report& report, Lines& lines) {
  const Tally& tally = report.tally;
  const auto count_row = [](std::string_view label, std::uint64_t count, const std::string& rate,
                            const std::string& more) {
    return row(label,
               fmt::format("{}{}   {}", right(grouped_text(count), 15), right(rate, 12), more));
  };
  if (tally.sent > 0 || tally.expected > 0) {
    lines.push_back(count_row("lines sent", tally.sent, per_second(sent_per_s(report)),
                              volume(tally.bytes_sent, report.measured_s)));
    lines.push_back(count_row("deliveries", tally.received, per_second(received_per_s(report)),
                              volume(tally.bytes_received, report.measured_s)));
  }
  if (report.lives > 0) {
    const double lives = static_cast<double>(report.lives);
    lines.push_back(
        count_row("lives", report.lives,
                  report.measured_s > 0 ? count_text(lives / report.measured_s) + "/s" : "",
                  "connections that came, talked and left"));
  }
}

std::string errors_text(const Report& report) {
  const Tally& tally = report.tally;
  std::string kinds;
  for (const TallyField& kind : kErrorFields) {
    if (tally.*kind.count == 0) continue;
    kinds += fmt::format("{}{} {}", kinds.empty() ? "" : ", ", grouped_text(tally.*kind.count),
                         kind.words);
  }
  if (!kinds.empty())
    return fmt::format("{}; {} deliveries expected", kinds, grouped_text(tally.expected));
  if (tally.received == 0) return "no errors";
  return "no errors: every delivery came whole, once and in order";
}

void add_errors(const Report& report, Lines& lines) {
  std::string text = errors_text(report);
  if (report.tally.skipped > 0)
    text += fmt::format("; {} announced as skipped", grouped_text(report.tally.skipped));
  lines.push_back(row("errors", text));
  if (report.connect_failures > 0)
    lines.push_back(row("connecting", grouped_text(report.connect_failures) + " attempts failed"));
}

void add_series(const Report& report, Lines& lines) {
  struct Series {
    std::string_view name;
    const Histogram* values;
  };
  const std::array<Series, 4> all{{{"response", &report.response},
                                   {"service", &report.service},
                                   {"lag", &report.lag},
                                   {"connect", &report.connect}}};
  Lines rows;
  for (const auto& [name, values] : all) {
    if (values->count() == 0) continue;
    std::string cells;
    for (const double percent : {50.0, 90.0, 99.0, 99.9, 100.0}) {
      const std::uint64_t ns = percent < 100 ? values->percentile(percent) : values->max();
      cells += right(duration_text(static_cast<double>(ns)), kCellColumns);
    }
    rows.push_back(row(name, cells));
  }
  if (rows.empty()) return;
  std::string heads;
  for (const char* head : {"p50", "p90", "p99", "p99.9", "max"}) heads += right(head, kCellColumns);
  lines.push_back(row("", heads));
  lines.insert(lines.end(), rows.begin(), rows.end());
}

std::string per_message(const std::optional<double>& us) {
  return us ? fmt::format(", {} per message", duration_text(*us * 1e3)) : "";
}

void add_costs(const Report& report, Lines& lines) {
  if (report.measured_s > 0) {
    lines.push_back(
        row("generator", fmt::format("{} of a core{}; busiest thread {}",
                                     share_text(report.generator_cpu_us / 1e6 / report.measured_s),
                                     per_message(generator_cpu_us_per_message(report)),
                                     share_text(report.generator_cpu_peak))));
  }
  if (const auto cores = server_cpu(report)) {
    lines.push_back(row("server", fmt::format("{} of a core{}", share_text(*cores),
                                              per_message(server_cpu_us_per_message(report)))));
  }
  const auto& before = report.server_bytes_before;
  const auto& after = report.server_bytes_after;
  const auto each = server_bytes_per_connection(report);
  if (each && before && after) {
    lines.push_back(
        row("memory", fmt::format("{} per connection; the server went from {} to {}",
                                  bytes_text(*each), bytes_text(static_cast<double>(*before)),
                                  bytes_text(static_cast<double>(*after)))));
  }
  constexpr double kStealTold = 0.01;  // below, it moves no figure that is shown
  if (report.steal_share >= kStealTold)
    lines.push_back(
        row("stolen", share_text(report.steal_share) + " of all cores, by the hypervisor"));
}

Lines asserts(const Report& report) {
  Lines failing;
  Lines holding;
  for (const AssertResult& result : report.asserts) {
    const std::string found = result.found.empty() ? "" : "found " + result.found;
    (result.holds ? holding : failing)
        .push_back(row("assert", fmt::format("{}{} {}", left(result.holds ? "holds" : "FAILS", 7),
                                             left(visible(result.text), 24), found)));
  }
  failing.insert(failing.end(), holding.begin(), holding.end());
  return failing;
}

Lines labelled(std::string_view label, const std::vector<std::string>& texts) {
  Lines lines;
  for (const std::string& text : texts) lines.push_back(row(label, text));
  return lines;
}

/// Adds of each list as much as fits into `room` lines, one line of each in turn.
void add_lists(const std::vector<Lines>& lists, std::size_t room, Lines& lines) {
  std::vector<std::size_t> shown(lists.size());
  for (bool grew = true; grew && room > 0;) {
    grew = false;
    for (std::size_t i = 0; i < lists.size() && room > 0; ++i) {
      if (shown[i] == lists[i].size()) continue;
      ++shown[i];
      --room;
      grew = true;
    }
  }
  for (std::size_t i = 0; i < lists.size(); ++i) {
    const bool is_whole = shown[i] == lists[i].size();
    const std::size_t told = is_whole || shown[i] == 0 ? shown[i] : shown[i] - 1;
    lines.insert(lines.end(), lists[i].begin(),
                 lists[i].begin() + static_cast<std::ptrdiff_t>(told));
    if (!is_whole && shown[i] > 0)
      lines.push_back(row("", fmt::format("\u2026 and {} more", lists[i].size() - told)));
  }
}

}  // namespace

std::string summary(const Report& report, Charset charset) {
  Lines lines{title(report)};
  add_counts(report, lines);
  add_errors(report, lines);
  add_series(report, lines);
  add_costs(report, lines);
  Lines ends;
  if (!report.failure.empty() && report.judgement.find(report.failure) == std::string::npos)
    ends.push_back(row("failure", report.failure));
  const std::size_t taken = lines.size() + ends.size() + 1;
  add_lists({asserts(report), labelled("fault", report.faults), labelled("note", report.notes)},
            kSummaryLinesMax - std::min(taken, kSummaryLinesMax), lines);
  lines.insert(lines.end(), ends.begin(), ends.end());

  std::string text;
  for (const std::string& line : lines) {
    const std::string shown = in_charset(visible(line), charset);
    text += cut_to(shown.substr(0, shown.find_last_not_of(' ') + 1), kSummaryColumnsMax, charset) +
            "\n";
  }
  return text + in_charset(visible(report.judgement), charset) + "\n";
}

}  // namespace grotto::load
