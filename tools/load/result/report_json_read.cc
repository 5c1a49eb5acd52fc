#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <optional>

#include "base/escape.h"
#include "load/result/json_reader.h"
#include "load/result/report_json.h"
#include "load/result/tally_fields.h"
#include "load/result/verdict.h"

namespace grotto::load {

namespace {

/// Nanoseconds of a whole number of them, written as microseconds.
std::optional<std::uint64_t> ns_of(const Json& us) {
  if (!us.is_number()) return std::nullopt;
  const double ns = std::round(us.get<double>() * 1000);
  if (!(ns >= 0)) return std::nullopt;
  constexpr double kLimit = 18446744073709551616.0;  // 2^64: the first that does not fit
  return ns < kLimit ? static_cast<std::uint64_t>(ns) : ~std::uint64_t{0};
}

struct Extremes {
  std::uint64_t min;
  std::uint64_t max;
  std::uint64_t overflow;
};

/// Records what to_json() wrote. Each bucket stands for its middle, but one duration of the first
/// is the least and one of the last the highest, all of them if they are overflow.
std::optional<Histogram> histogram_of(const Json& buckets, const Extremes& extremes) {
  if (!buckets.is_array()) return std::nullopt;
  Histogram histogram;
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    const Json& bucket = buckets[i];
    if (!bucket.is_array() || bucket.size() != 2) return std::nullopt;
    const auto middle = ns_of(bucket[0]);
    if (!middle || !bucket[1].is_number_unsigned()) return std::nullopt;
    auto times = bucket[1].get<std::uint64_t>();
    if (i == 0 && times > 0) {
      histogram.record(extremes.min);
      --times;
    }
    if (i + 1 == buckets.size() && times > 0) {
      const auto highest = std::min(times, std::max<std::uint64_t>(extremes.overflow, 1));
      histogram.record(extremes.max, highest);
      times -= highest;
    }
    histogram.record(*middle, times);
  }
  return histogram;
}

void read_series(JsonReader& top, const char* key, Histogram& into) {
  if (!top.has(key)) return;
  std::string fault;
  JsonReader series(top.at(key), key, fault);
  const auto count = series.count("count");
  const auto overflow = series.count("overflow");
  const auto min = ns_of(series.at("min"));
  const auto max = ns_of(series.at("max"));
  if (!fault.empty() || !min || !max) return top.complain(key, "a series of durations or null");
  auto read = histogram_of(series.at("buckets"), {*min, *max, overflow});
  if (!read) return top.complain(key, "a series with its buckets");
  if (read->count() != count || read->overflow() != overflow || read->max() != *max ||
      read->min() != *min) {
    return top.complain(key,
                        "a series whose count, extremes and overflow are those of its buckets");
  }
  into = std::move(*read);
}

Tally read_tally(JsonReader& object) {
  Tally tally;
  for (const TallyField& field : kTallyFields) {
    tally.*field.count = object.count(std::string(field.name).c_str());
  }
  return tally;
}

Sample read_sample(JsonReader object) {
  Sample sample;
  sample.at_s = object.number("at_s");
  sample.seconds = object.number("seconds");
  sample.tally = read_tally(object);
  sample.p50_us = object.number("p50_us");
  sample.p99_us = object.number("p99_us");
  sample.max_us = object.number("max_us");
  sample.generator_cpu = object.number("generator_cpu");
  sample.server_cpu = object.number_or_null("server_cpu");
  sample.server_bytes = object.count_or_null("server_bytes");
  return sample;
}

void read_workload(JsonReader& top, Report& report) {
  const auto verdict = find_verdict(top.text("verdict"));
  if (verdict) {
    report.verdict = *verdict;
  } else {
    top.complain("verdict", "good, failed, assertion_failed or inconclusive");
  }
  report.judgement = top.text("judgement");
  report.failure = top.text("failure");
  top.list("asserts", [&](JsonReader each) {
    report.asserts.push_back({each.text("text"), each.truth("holds"), each.text("found")});
  });
  report.workload = top.text("workload");
  report.dialect = top.text("dialect");
  report.target = top.text("target");
  const std::string loop = top.text("loop");
  if (loop != "open" && loop != "closed") top.complain("loop", "open or closed");
  report.is_open_loop = loop == "open";
  report.options = top.named("options");
  report.command = top.text("command");
  report.started_at = top.text("started_at");
  report.environment = top.named("environment");
}

void read_figures(JsonReader& top, Report& report) {
  report.measured_s = top.number("measured_s");
  report.connections = top.count("connections");
  report.connect_failures = top.count("connect_failures");
  report.lives = top.count("lives");
  report.tally = read_tally(top);
  report.generator_cpu_us = top.number("generator_cpu_us");
  report.generator_cpu_peak = top.number("generator_cpu_peak");
  report.server_cpu_us = top.number_or_null("server_cpu_us");
  report.server_bytes_before = top.count_or_null("server_bytes_before");
  report.server_bytes_after = top.count_or_null("server_bytes_after");
  report.steal_share = top.number("steal_share");
}

}  // namespace

Result<Report> to_report(std::string_view text, const std::string& name) {
  const auto refusal = [&](std::string_view why) {
    return Error{fmt::format("{}: {}", escaped(name), why), 65};
  };
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("schema") || !json["schema"].is_number_integer()) {
    return refusal("is no result of grotto-load: expected what --json writes, with a \"schema\"");
  }
  if (json["schema"] != kReportSchema) {
    return refusal(fmt::format("is of schema {}: this grotto-load reads schema {}",
                               json["schema"].dump(), kReportSchema));
  }
  Report report;
  std::string fault;
  JsonReader top(json, "", fault);
  read_workload(top, report);
  read_figures(top, report);
  report.faults = top.texts("faults");
  report.notes = top.texts("notes");
  top.list("samples",
           [&](JsonReader each) { report.samples.push_back(read_sample(std::move(each))); });
  read_series(top, "response_us", report.response);
  read_series(top, "service_us", report.service);
  read_series(top, "lag_us", report.lag);
  read_series(top, "connect_us", report.connect);
  if (!fault.empty()) return refusal("is no whole result of grotto-load: " + escaped(fault));
  return report;
}

Result<Report> read_report(const std::string& path) {
  const auto refusal = [&](const std::string& why) {
    return Error{fmt::format("{}: cannot be read: {}", escaped(path), why), 66};
  };
  std::ifstream file(path, std::ios::binary);
  if (!file) return refusal(std::strerror(errno));
  std::string text;
  char part[1 << 16];
  while (file.read(part, sizeof part) || file.gcount() > 0) {
    text.append(part, static_cast<std::size_t>(file.gcount()));
    if (text.size() > kReportBytesMax) {
      return refusal(fmt::format("it is longer than {} bytes", kReportBytesMax));
    }
  }
  if (file.bad()) return refusal(std::strerror(errno));  // a directory, for one
  return to_report(text, path);
}

}  // namespace grotto::load
