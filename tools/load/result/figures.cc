#include "load/result/figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/edit_distance.h"
#include "load/result/rates.h"
#include "load/result/tally_fields.h"
#include "load/result/units.h"

namespace grotto::load {

namespace {

struct Statistic {
  const char* name;
  double (*find)(const Histogram&);
};

template <unsigned per_thousand>
double percentile(const Histogram& histogram) {
  return static_cast<double>(histogram.percentile(per_thousand / 10.0));
}

constexpr std::array<Statistic, 6> kStatistics{{
    {"p50", percentile<500>},
    {"p90", percentile<900>},
    {"p99", percentile<990>},
    {"p999", percentile<999>},
    {"max", [](const Histogram& histogram) { return static_cast<double>(histogram.max()); }},
    {"mean", [](const Histogram& histogram) { return histogram.mean(); }},
}};

struct Series {
  const char* prefix;
  Needs needs;
  const Histogram& (*find)(const Report&);
};

constexpr std::array<Series, 5> kSeries{{
    {"", Needs::nothing, [](const Report& report) -> auto& { return report.latency(); }},
    {"response.", Needs::open_loop, [](const Report& report) -> auto& { return report.response; }},
    {"service.", Needs::nothing, [](const Report& report) -> auto& { return report.service; }},
    {"lag.", Needs::open_loop, [](const Report& report) -> auto& { return report.lag; }},
    {"connect.", Needs::nothing, [](const Report& report) -> auto& { return report.connect; }},
}};

void add_counts(std::vector<Figure>& all) {
  const auto add = [&](std::string name, Quantity quantity, auto find) {
    all.push_back({std::move(name), quantity, Needs::nothing, [find](const Report& report) {
                     return std::optional(static_cast<double>(find(report)));
                   }});
  };
  add("connections", Quantity::count, [](const Report& report) { return report.connections; });
  add("connect_failures", Quantity::count,
      [](const Report& report) { return report.connect_failures; });
  add("lives", Quantity::count, [](const Report& report) { return report.lives; });
  for (const TallyField& field : kTallyFields) {
    add(std::string(field.name),
        field.name.starts_with("bytes_") ? Quantity::bytes : Quantity::count,
        [count = field.count](const Report& report) { return report.tally.*count; });
  }
  add("errors", Quantity::count, [](const Report& report) { return report.tally.errors(); });
}

void add_series(std::vector<Figure>& all) {
  for (const Series& series : kSeries) {
    for (const Statistic& statistic : kStatistics) {
      all.push_back({fmt::format("{}{}", series.prefix, statistic.name), Quantity::duration,
                     series.needs,
                     [histogram_of = series.find,
                      value_of = statistic.find](const Report& report) -> std::optional<double> {
                       const Histogram& histogram = histogram_of(report);
                       if (histogram.count() == 0) return std::nullopt;
                       return value_of(histogram);
                     }});
    }
  }
}

void add_rates(std::vector<Figure>& all) {
  using Find = std::optional<double> (*)(const Report&);
  const auto add = [&](const char* name, Quantity quantity, Needs needs, Find find) {
    all.push_back({name, quantity, needs, find});
  };
  add("sent_per_s", Quantity::rate, Needs::nothing, sent_per_s);
  add("received_per_s", Quantity::rate, Needs::nothing, received_per_s);
  add("generator_cpu_us_per_message", Quantity::cost, Needs::nothing, generator_cpu_us_per_message);
  add("server_cpu_us_per_message", Quantity::cost, Needs::server_pid, server_cpu_us_per_message);
  add("server_bytes_per_connection", Quantity::bytes, Needs::server_pid,
      server_bytes_per_connection);
}

}  // namespace

const std::vector<Figure>& figures() {
  static const std::vector<Figure> all = [] {
    std::vector<Figure> built;
    add_counts(built);
    add_rates(built);
    add_series(built);
    return built;
  }();
  return all;
}

const Figure* find_figure(std::string_view name) {
  const auto found = std::find_if(figures().begin(), figures().end(),
                                  [&](const Figure& each) { return each.name == name; });
  return found == figures().end() ? nullptr : &*found;
}

const Figure& nearest_figure(std::string_view name) {
  // More than the longest name says nothing; the bound keeps the search short.
  const std::string_view begin = name.substr(0, 64);
  return *std::min_element(
      figures().begin(), figures().end(), [&](const Figure& one, const Figure& other) {
        return edit_distance(begin, one.name) < edit_distance(begin, other.name);
      });
}

std::string figure_text(Quantity quantity, double value) {
  switch (quantity) {
    case Quantity::count: return grouped_text(static_cast<std::uint64_t>(std::max(0.0, value)));
    case Quantity::rate: return count_text(value);
    case Quantity::duration: return duration_text(value);
    case Quantity::cost: return three_digits(value) + " \u00b5s";
    case Quantity::bytes: return bytes_text(value);
  }
  return {};
}

}  // namespace grotto::load
