#include "load/result/report_csv.h"

#include <fmt/format.h>

#include <iterator>

#include "load/result/rates.h"
#include "load/result/tally_fields.h"

namespace grotto::load {

std::string to_csv(const Report& report) {
  std::string text = "at_s,interval_s";
  for (const TallyField& field : kTallyFields) text.append(",").append(field.name);
  text +=
      ",errors,sent_per_s,received_per_s,p50_us,p99_us,max_us,generator_cpu_cores,"
      "server_cpu_cores,server_bytes\n";
  for (const Sample& sample : report.samples) {
    auto out = std::back_inserter(text);
    fmt::format_to(out, "{:.3f},{:.6f}", sample.at_s, sample.seconds);
    for (const TallyField& field : kTallyFields) {
      fmt::format_to(out, ",{}", sample.tally.*field.count);
    }
    fmt::format_to(out, ",{},{:.3f},{:.3f},{:.3f},{:.3f},{:.3f},{:.4f},", sample.tally.errors(),
                   sent_per_s(sample).value_or(0), received_per_s(sample).value_or(0),
                   sample.p50_us, sample.p99_us, sample.max_us, sample.generator_cpu);
    if (sample.server_cpu) fmt::format_to(out, "{:.4f}", *sample.server_cpu);
    text += ',';
    if (sample.server_bytes) fmt::format_to(out, "{}", *sample.server_bytes);
    text += '\n';
  }
  return text;
}

}  // namespace grotto::load
