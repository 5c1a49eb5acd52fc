#include "load/result/report_json.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "load/result/json_reader.h"
#include "load/result/rates.h"
#include "load/result/tally_fields.h"
#include "load/result/verdict.h"

namespace grotto::load {

namespace {

/// At least four significant digits, at most `decimals` behind the point. No number: null.
Json rounded(double value, int decimals = 3) {
  if (!std::isfinite(value)) return nullptr;
  if (value == 0) return 0.0;
  const int magnitude = static_cast<int>(std::floor(std::log10(std::abs(value))));
  const double scale = std::pow(10, std::clamp(3 - magnitude, 0, decimals));
  return std::round(value * scale) / scale;
}

Json rounded(const std::optional<double>& value, int decimals = 3) {
  return value ? rounded(*value, decimals) : Json(nullptr);
}

Json count(const std::optional<std::uint64_t>& value) {
  return value ? Json(*value) : Json(nullptr);
}

/// To the nanosecond, as `decimals` behind the point.
Json exact(double value, double scale = 1000) {
  return std::round(value * scale) / scale;
}

Json exact_us(std::uint64_t ns) {
  return exact(static_cast<double>(ns) / 1000);
}

Json series(const Histogram& histogram) {
  const auto us = [&](double percent) {
    // Rounding must not lift a percentile above the exact highest.
    const double most = static_cast<double>(histogram.max()) / 1000;
    const Json value = rounded(static_cast<double>(histogram.percentile(percent)) / 1000);
    return value.is_number() && value.get<double>() > most ? exact_us(histogram.max()) : value;
  };
  // The middle of the first or the last bucket may lie beyond what was recorded.
  const auto least = std::min(histogram.min(), Histogram::kHighest);
  const auto highest = std::min(histogram.max(), Histogram::kHighest);
  Json buckets = Json::array();
  for (const auto& bucket : histogram.buckets()) {
    const auto value = std::clamp(bucket.value, least, highest);
    buckets.push_back(Json::array({exact_us(value), bucket.times}));
  }
  return {{"p50", us(50)},
          {"p90", us(90)},
          {"p99", us(99)},
          {"p999", us(99.9)},
          {"max", exact_us(histogram.max())},
          {"min", exact_us(histogram.min())},
          {"mean", rounded(histogram.mean() / 1000)},
          {"count", histogram.count()},
          {"overflow", histogram.overflow()},
          {"buckets", std::move(buckets)}};
}

Json named(const std::vector<std::pair<std::string, std::string>>& pairs) {
  Json object = Json::object();
  for (const auto& [name, value] : pairs) object[name] = value;
  return object;
}

void add(Json& object, const Tally& tally) {
  for (const TallyField& field : kTallyFields) {
    object[std::string(field.name)] = tally.*field.count;
  }
  object["errors"] = tally.errors();
}

Json sample(const Sample& each) {
  Json object{{"at_s", exact(each.at_s)}, {"seconds", exact(each.seconds, 1e6)}};
  add(object, each.tally);
  object["p50_us"] = rounded(each.p50_us);
  object["p99_us"] = rounded(each.p99_us);
  object["max_us"] = rounded(each.max_us);
  object["generator_cpu"] = rounded(each.generator_cpu, 4);
  object["server_cpu"] = rounded(each.server_cpu, 4);
  object["server_bytes"] = count(each.server_bytes);
  return object;
}

Json samples(const Report& report) {
  Json array = Json::array();
  for (const Sample& each : report.samples) array.push_back(sample(each));
  return array;
}

Json asserts(const Report& report) {
  Json array = Json::array();
  for (const AssertResult& each : report.asserts) {
    array.push_back({{"text", each.text}, {"holds", each.holds}, {"found", each.found}});
  }
  return array;
}

void add_workload(Json& top, const Report& report) {
  top["schema"] = kReportSchema;
  top["verdict"] = verdict_word(report.verdict);
  top["judgement"] = report.judgement;
  top["exit_status"] = exit_status(report);
  top["failure"] = report.failure;
  top["asserts"] = asserts(report);
  top["workload"] = report.workload;
  top["dialect"] = report.dialect;
  top["target"] = report.target;
  top["loop"] = report.is_open_loop ? "open" : "closed";
  top["options"] = named(report.options);
  top["command"] = report.command;
  top["started_at"] = report.started_at;
  top["environment"] = named(report.environment);
}

void add_figures(Json& top, const Report& report) {
  top["measured_s"] = exact(report.measured_s, 1e6);
  top["connections"] = report.connections;
  top["connect_failures"] = report.connect_failures;
  top["lives"] = report.lives;
  add(top, report.tally);
  top["sent_per_s"] = rounded(sent_per_s(report));
  top["received_per_s"] = rounded(received_per_s(report));
  top["generator_cpu_us"] = rounded(report.generator_cpu_us);
  top["generator_cpu_us_per_message"] = rounded(generator_cpu_us_per_message(report), 6);
  top["generator_cpu_peak"] = rounded(report.generator_cpu_peak, 4);
  top["server_cpu_us"] = rounded(report.server_cpu_us);
  top["server_cpu_us_per_message"] = rounded(server_cpu_us_per_message(report), 6);
  top["server_bytes_before"] = count(report.server_bytes_before);
  top["server_bytes_after"] = count(report.server_bytes_after);
  top["server_bytes_per_connection"] = rounded(server_bytes_per_connection(report));
  top["steal_share"] = rounded(report.steal_share, 6);
}

std::string text_of(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string lines_of(const Json& array) {
  std::string text = "[";
  for (const Json& each : array) {
    text += text.size() == 1 ? "\n    " : ",\n    ";
    text += text_of(each);
  }
  return text + (array.empty() ? "]" : "\n  ]");
}

}  // namespace

std::string to_json(const Report& report) {
  Json top = Json::object();
  add_workload(top, report);
  add_figures(top, report);
  top["faults"] = report.faults;
  top["notes"] = report.notes;
  top["samples"] = samples(report);
  top["response_us"] = report.is_open_loop ? series(report.response) : Json(nullptr);
  top["service_us"] = series(report.service);
  top["lag_us"] = report.is_open_loop ? series(report.lag) : Json(nullptr);
  top["connect_us"] = series(report.connect);

  std::string text = "{";
  for (const auto& [key, value] : top.items()) {
    text += text.size() == 1 ? "\n  " : ",\n  ";
    text += text_of(key) + ": " + (key == "samples" ? lines_of(value) : text_of(value));
  }
  return text + "\n}\n";
}

}  // namespace grotto::load
