// A report as a run could have made it, the same each time: for the tests of what shows reports.
#pragma once

#include <cmath>
#include <cstdint>
#include <random>

#include "load/result/report.h"

namespace grotto::test {

/// An open-loop echo run of `seconds` at 20,000 lines/s against a server that stood still for 40 ms
/// in its middle; `slowness` stretches every latency.
inline load::Report made_up_report(unsigned seconds = 10, double slowness = 1) {
  load::Report report;
  report.workload = "echo";
  report.dialect = "line";
  report.target = "127.0.0.1:7000";
  report.is_open_loop = true;
  report.options = {{"connections", "50"}, {"threads", "1"}, {"rate", "20000"}, {"size", "64"}};
  report.command = "grotto-load echo 127.0.0.1:7000 -c 50 -R 20000 -d 10s --pid 4711";
  report.started_at = "2025-11-21T07:50:00Z";
  report.environment = {{"kernel", "Linux 6.1.0 x86_64"},
                        {"net.ipv4.tcp_rmem", "4096 131072 6291456"}};
  report.measured_s = seconds;
  report.connections = 50;
  report.server_cpu_us = 0;
  report.server_bytes_before = 8'400'000;
  report.server_bytes_after = 8'912'000;
  report.generator_cpu_peak = 0.62;

  std::mt19937_64 random(7);  // its numbers are the same on every system, unlike distributions
  const auto share = [&random] {
    return (static_cast<double>(random() >> 11U) + 1) / 9007199254740993.0;
  };
  for (unsigned second = 1; second <= seconds; ++second) {
    load::Histogram in_second;
    const bool stands_still = second == (seconds + 1) / 2;
    load::Sample sample;
    for (int i = 0; i < 20'000; ++i) {
      double ns = slowness * (60'000 - 45'000 * std::log(share()));
      const double lag = 2'000 - 6'000 * std::log(share());
      const bool waits = stands_still && i < 800;
      const double wait = waits ? 40e6 - i * 50'000.0 : 0;
      report.service.record(static_cast<std::uint64_t>(ns + (waits && i < 50 ? wait : 0)));
      report.lag.record(static_cast<std::uint64_t>(lag));
      ns += lag + wait;
      report.response.record(static_cast<std::uint64_t>(ns));
      in_second.record(static_cast<std::uint64_t>(ns));
    }
    sample.at_s = second;
    sample.seconds = 1;
    sample.tally.sent = sample.tally.expected = sample.tally.received = 20'000;
    sample.tally.bytes_sent = sample.tally.bytes_received = 1'280'000;
    sample.p50_us = static_cast<double>(in_second.percentile(50)) / 1e3;
    sample.p99_us = static_cast<double>(in_second.percentile(99)) / 1e3;
    sample.max_us = static_cast<double>(in_second.max()) / 1e3;
    sample.generator_cpu = 0.55 + 0.05 * share();
    sample.server_cpu = (stands_still ? 0.30 : 0.40) * std::sqrt(slowness) + 0.03 * share();
    sample.server_bytes = 8'912'000;
    report.tally += sample.tally;
    report.generator_cpu_us += sample.generator_cpu * 1e6;
    *report.server_cpu_us += *sample.server_cpu * 1e6;
    report.samples.push_back(sample);
  }
  for (unsigned i = 0; i < 50; ++i) report.connect.record(90'000 + i * 7'000);
  report.asserts = {{"errors==0", true, "0"}, {"p99<5ms", true, "261 \u00b5s"}};
  report.judgement = "Good: every assertion holds.";
  return report;
}

/// The same with errors of several kinds and words of a hostile server.
inline load::Report made_up_failure() {
  load::Report report = made_up_report();
  report.tally.received -= 4;
  report.tally.lost = 3;
  report.tally.corrupted = 1;
  report.tally.timed_out = 2;
  for (std::size_t i = 4; i < 7; ++i) report.samples[i].tally.lost = 1;
  report.samples[5].tally.corrupted = 1;
  report.samples[6].tally.timed_out = 2;
  report.faults = {"connection 3: line 412 lost",
                   "connection 9: came \"\x1b[2J\x1b]0;owned\x07<script>alert(1)</script>\""};
  for (int i = 0; i < 18; ++i) report.faults.push_back("connection 12: line 9 lost");
  report.notes = {"interrupted after 8.20 s"};
  report.asserts = {{"p99<5ms", true, "261 \u00b5s"}, {"errors==0", false, "6"}};
  report.verdict = load::Verdict::assertion_failed;
  report.judgement = "Assertion failed: errors==0, found 6.";
  return report;
}

}  // namespace grotto::test
