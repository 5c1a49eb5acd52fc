#include "load/view/report_plots.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <string_view>

#include "load/result/rates.h"
#include "load/result/tally_fields.h"
#include "load/result/units.h"
#include "load/view/shown_text.h"
#include "load/view/svg_plot.h"

namespace grotto::load {

namespace {

using Runs = std::vector<NamedRun>;

constexpr unsigned kTimeIntervals = 6;

/// "1.00 ms" becomes "1 ms".
std::string trimmed(const std::string& text) {
  const std::size_t blank = std::min(text.find(' '), text.size());
  std::string number = text.substr(0, blank);
  if (number.find('.') != std::string::npos) {
    number.erase(number.find_last_not_of('0') + 1);
    if (number.back() == '.') number.pop_back();
  }
  return number + text.substr(blank);
}

std::string microseconds(double us) {
  return us == 0 ? "0" : trimmed(duration_text(us * 1e3));
}

std::string per_second(double rate) {
  // Thousands too: "5 k/s" below "10 k/s".
  if (rate >= 1e3 && rate < 1e4) return fmt::format("{:.4g} k/s", rate / 1e3);
  return trimmed(count_text(rate)) + "/s";
}

/// What a curve is called: of several runs, by the run.
std::string curve_name(const Runs& runs, const NamedRun& run, std::string_view what) {
  if (runs.size() == 1) return std::string(what);
  return fmt::format("{}: {}", visible(run.name), what);
}

/// Of several runs the run decides the colour, of one the curve.
unsigned color_of(const Runs& runs, std::size_t run, unsigned curve) {
  return runs.size() == 1 ? curve : static_cast<unsigned>(run % kPlotColors);
}

std::string_view judged_name(const Report& report) {
  return report.is_open_loop ? "response" : "service";
}

/// By the axis log10(1 / (1 - share)): twenty points for each further nine.
std::vector<Point> percentiles(const Histogram& values) {
  std::vector<Point> points;
  const double highest = std::log10(std::max(1.0, static_cast<double>(values.count())));
  constexpr double kStep = 0.05;
  for (unsigned i = 0; i * kStep < highest; ++i) {
    const double percent = 100 * (1 - std::pow(10, -kStep * i));
    points.push_back({i * kStep, static_cast<double>(values.percentile(percent)) / 1e3});
  }
  points.push_back({highest, static_cast<double>(values.max()) / 1e3});
  return points;
}

std::string percentile_plot(const Runs& runs) {
  Plot plot;
  plot.id = "percentiles";
  plot.title = "Latency by percentile";
  plot.description =
      "Latency of the share of lines on the horizontal axis, which spreads the slowest: each step "
      "is a further nine.";
  plot.x_title = "share of lines that were as fast or faster";
  plot.y_label = microseconds;
  plot.y_scale = Scale::fitting;
  const auto add = [&](const NamedRun& run, std::string_view name, const Histogram& values,
                       unsigned color, Dash dash) {
    if (values.count() == 0) return;
    plot.curves.push_back({curve_name(runs, run, name), percentiles(values), color, dash});
    plot.x_highest = std::max(plot.x_highest, plot.curves.back().points.back().x);
  };
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const Report& report = *runs[i].report;
    if (runs.size() > 1) {
      add(runs[i], judged_name(report), report.latency(), color_of(runs, i, 0), Dash::solid);
    } else {
      add(runs[i], "response", report.response, 0, Dash::solid);
      add(runs[i], "service", report.service, 1, Dash::dashed);
      add(runs[i], "lag", report.lag, 2, Dash::dotted);
    }
  }
  plot.x_ticks = percentile_ticks(plot.x_highest);
  return figure_of(plot);
}

using Value = std::function<std::optional<double>(const Sample&)>;

std::vector<Point> over_time(const Report& report, const Value& value) {
  std::vector<Point> points;
  points.reserve(report.samples.size());
  for (const Sample& sample : report.samples) points.push_back({sample.at_s, value(sample)});
  return points;
}

Plot time_plot(const Runs& runs, const char* id, const char* title, const char* description) {
  Plot plot;
  plot.id = id;
  plot.title = title;
  plot.description = description;
  plot.x_title = "time since measuring began";
  plot.x_highest = 0;
  for (const NamedRun& run : runs) {
    if (!run.report->samples.empty())
      plot.x_highest = std::max(plot.x_highest, run.report->samples.back().at_s);
  }
  plot.x_ticks = time_ticks(plot.x_highest, kTimeIntervals);
  return plot;
}

std::string rate_plot(const Runs& runs) {
  Plot plot = time_plot(runs, "rate", "Deliveries per second",
                        "Deliveries received per second, one value for each interval.");
  plot.y_label = per_second;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    plot.curves.push_back(
        {curve_name(runs, runs[i], "received"),
         over_time(*runs[i].report, [](const Sample& sample) { return received_per_s(sample); }),
         color_of(runs, i, 0), Dash::solid});
  }
  return figure_of(plot);
}

/// An interval in which nothing came has no latency.
Value if_any(double Sample::* member) {
  return [member](const Sample& sample) -> std::optional<double> {
    if (!(sample.max_us > 0)) return std::nullopt;
    return sample.*member;
  };
}

std::string latency_plot(const Runs& runs) {
  Plot plot = time_plot(runs, "latency", "Latency over time",
                        "Percentiles of the judged latency, one value for each interval.");
  plot.y_label = microseconds;
  plot.y_scale = Scale::fitting;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const Report& report = *runs[i].report;
    const auto add = [&](std::string_view name, double Sample::* member, unsigned color,
                         Dash dash) {
      plot.curves.push_back({curve_name(runs, runs[i], name), over_time(report, if_any(member)),
                             color_of(runs, i, color), dash});
    };
    if (runs.size() == 1) add("max", &Sample::max_us, 2, Dash::dotted);
    add("p99", &Sample::p99_us, 0, Dash::solid);
    add("p50", &Sample::p50_us, 1, Dash::dashed);
  }
  return figure_of(plot);
}

std::string cpu_plot(const Runs& runs) {
  Plot plot = time_plot(runs, "cpu", "CPU, 100 % is one core",
                        "CPU time that the server and the generator used, one value for each "
                        "interval.");
  plot.y_label = [](double cores) { return fmt::format("{:.4g} %", cores * 100); };
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const Report& report = *runs[i].report;
    plot.curves.push_back(
        {curve_name(runs, runs[i], "server"),
         over_time(report, [](const Sample& sample) { return sample.server_cpu; }),
         color_of(runs, i, 0), Dash::solid});
    plot.curves.push_back(
        {curve_name(runs, runs[i], "generator"),
         over_time(report, [](const Sample& sample) { return sample.generator_cpu; }),
         color_of(runs, i, 1), Dash::dashed});
  }
  return figure_of(plot);
}

std::string error_plot(const Runs& runs) {
  Plot plot = time_plot(runs, "errors", "Errors in each interval",
                        "How many deliveries or connections went wrong, for each interval.");
  plot.y_label = [](double count) -> std::string {
    return count == std::floor(count) ? trimmed(count_text(count)) : "";  // no half an error
  };
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const Report& report = *runs[i].report;
    if (report.tally.errors() == 0) continue;
    if (runs.size() > 1) {
      plot.curves.push_back({curve_name(runs, runs[i], "errors"),
                             over_time(report,
                                       [](const Sample& sample) {
                                         return static_cast<double>(sample.tally.errors());
                                       }),
                             color_of(runs, i, 0), Dash::solid});
      continue;
    }
    for (std::size_t kind = 0; kind < kErrorFields.size(); ++kind) {
      const auto count = kErrorFields[kind].count;
      if (report.tally.*count == 0) continue;
      plot.curves.push_back({std::string(kErrorFields[kind].words),
                             over_time(report,
                                       [count](const Sample& sample) {
                                         return static_cast<double>(sample.tally.*count);
                                       }),
                             static_cast<unsigned>(kind), Dash::solid});
    }
  }
  return figure_of(plot);
}

}  // namespace

std::string plots_of(const std::vector<NamedRun>& runs) {
  return percentile_plot(runs) + latency_plot(runs) + rate_plot(runs) + cpu_plot(runs) +
         error_plot(runs);
}

}  // namespace grotto::load
