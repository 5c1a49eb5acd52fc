// AReport: a report with something in every field, for the tests of what is made of it.
// Threads: a value.
#pragma once

#include <string>

#include "load/result/report.h"

namespace grotto::test {

/// One interval in which `received` lines came at `p50_us`.
inline load::Sample a_sample(double at_s, std::uint64_t received, double p50_us) {
  load::Sample sample;
  sample.at_s = at_s;
  sample.seconds = 1;
  sample.tally.sent = sample.tally.expected = sample.tally.received = received;
  sample.tally.bytes_sent = sample.tally.bytes_received = received * 64;
  sample.p50_us = p50_us;
  sample.p99_us = p50_us * 4;
  sample.max_us = p50_us * 10;
  sample.generator_cpu = 0.4;
  sample.server_cpu = 0.5;
  sample.server_bytes = 4 << 20;
  return sample;
}

/// 100 echoes a second, over 10 s in open loop: 600 of them answered after 400 µs, 397 after
/// 500 µs, three after 3.1 ms.
inline load::Report a_report() {
  load::Report report;
  report.workload = "echo";
  report.dialect = "line";
  report.target = "127.0.0.1:7000";
  report.is_open_loop = true;
  report.options = {{"connections", "50"}, {"rate", "100"}};
  report.command = "grotto-load echo 127.0.0.1:7000 -R 100";
  report.started_at = "2026-01-02T03:04:05Z";
  report.environment = {{"commit", "0123abc"}, {"cpu", "Example 1"}};
  report.measured_s = 10;
  report.connections = 50;
  for (int second = 1; second <= 10; ++second) {
    report.samples.push_back(a_sample(second, 100, 400));
    report.tally += report.samples.back().tally;
  }
  for (int i = 0; i < 1'000; ++i) {
    const bool is_late = i >= 997;
    const std::uint64_t ns = is_late ? 3'100'000 : i < 600 ? 400'000 : 500'000;
    report.response.record(ns);
    report.service.record(ns - 20'000);
    report.lag.record(20'000);
  }
  report.connect.record(123'456, 50);
  report.generator_cpu_us = 4e6;
  report.generator_cpu_peak = 0.4;
  report.server_cpu_us = 5e6;
  report.server_bytes_before = 4 << 20;
  report.server_bytes_after = (4 << 20) + 50 * 400;
  return report;
}

}  // namespace grotto::test
