#include "load/result/rates.h"

namespace grotto::load {

namespace {

std::optional<double> ratio(double of, double to) noexcept {
  if (!(to > 0)) return std::nullopt;
  return of / to;
}

std::optional<double> per(std::uint64_t count, double of) noexcept {
  return ratio(of, static_cast<double>(count));
}

}  // namespace

std::optional<double> sent_per_s(const Report& report) noexcept {
  return ratio(static_cast<double>(report.tally.sent), report.measured_s);
}

std::optional<double> sent_per_s(const Sample& sample) noexcept {
  return ratio(static_cast<double>(sample.tally.sent), sample.seconds);
}

std::optional<double> received_per_s(const Report& report) noexcept {
  return ratio(static_cast<double>(report.messages()), report.measured_s);
}

std::optional<double> received_per_s(const Sample& sample) noexcept {
  return ratio(static_cast<double>(sample.tally.received), sample.seconds);
}

std::optional<double> generator_cpu_us_per_message(const Report& report) noexcept {
  return per(report.messages(), report.generator_cpu_us);
}

std::optional<double> generator_cpu_us_per_message(const Sample& sample) noexcept {
  return per(sample.tally.received, sample.generator_cpu * sample.seconds * 1e6);
}

std::optional<double> server_cpu_us_per_message(const Report& report) noexcept {
  if (!report.server_cpu_us) return std::nullopt;
  return per(report.messages(), *report.server_cpu_us);
}

std::optional<double> server_cpu_us_per_message(const Sample& sample) noexcept {
  if (!sample.server_cpu) return std::nullopt;
  return per(sample.tally.received, *sample.server_cpu * sample.seconds * 1e6);
}

std::optional<double> server_cpu(const Report& report) noexcept {
  if (!report.server_cpu_us) return std::nullopt;
  return ratio(*report.server_cpu_us, report.measured_s * 1e6);
}

std::optional<double> server_bytes_per_connection(const Report& report) noexcept {
  if (!report.server_bytes_before || !report.server_bytes_after) return std::nullopt;
  return per(report.connections, static_cast<double>(*report.server_bytes_after) -
                                     static_cast<double>(*report.server_bytes_before));
}

}  // namespace grotto::load
