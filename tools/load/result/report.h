// Report: all that one run of grotto-load found out, as plain data: what the engine fills in and
// every output is made of (screen, summary, JSON, CSV, hgrm, HTML, --assert). Threads: a value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "load/result/histogram.h"

namespace grotto::load {

/// Lines, or for fan-out and chat deliveries. What a line suffered is counted once.
struct Tally {
  std::uint64_t sent = 0;        // lines given to the kernel
  std::uint64_t expected = 0;    // deliveries that these should give: lines x receivers
  std::uint64_t received = 0;    // deliveries that came whole
  std::uint64_t lost = 0;        // never came, though later ones did or the connection was over
  std::uint64_t duplicated = 0;  // came once more
  std::uint64_t reordered =
      0;  // came after a later one of the same sender, or in another order than in the room
  std::uint64_t corrupted = 0;  // came with other bytes
  std::uint64_t foreign = 0;    // of a room that the receiver is not in, or of another run
  std::uint64_t closed = 0;     // connections that the server ended before their time
  std::uint64_t timed_out = 0;  // not there within --timeout
  std::uint64_t skipped = 0;    // announced by the server as skipped: no error
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;

  /// The sum of lost to timed_out.
  [[nodiscard]] std::uint64_t errors() const noexcept;
  Tally& operator+=(const Tally& other) noexcept;
  /// What has come since `before`. A count that fell since is 0: while a run goes on, lost is an
  /// estimate.
  [[nodiscard]] Tally since(const Tally& before) const noexcept;
};

/// One interval of the run (1 s by default).
struct Sample {
  double at_s = 0;     // its end, from the start of measuring
  double seconds = 0;  // how long it was
  Tally tally;         // of this interval only
  double p50_us = 0;   // of the judged series, this interval only
  double p99_us = 0;
  double max_us = 0;
  double generator_cpu = 0;                   // cores in use: 0.83 is 83 % of one core
  std::optional<double> server_cpu;           // with --pid
  std::optional<std::uint64_t> server_bytes;  // resident memory, with --pid
};

/// Where and with what it ran: name and value, in the order to show them.
using Environment = std::vector<std::pair<std::string, std::string>>;

enum class Verdict {
  good,
  failed,            // the run could not be done, or ended before its time
  assertion_failed,  // an --assert does not hold
  inconclusive,      // the generator was the bottleneck
};

struct AssertResult {
  std::string text;  // as the user wrote it
  bool holds = false;
  std::string found;  // what was found, with its unit: "3.1 ms"
};

struct Report {
  std::string workload;  // echo fanout chat idle churn slow
  std::string dialect;   // line grotto redis nats irc
  std::string target;    // as the user wrote it
  bool is_open_loop = false;
  std::vector<std::pair<std::string, std::string>>
      options;             // that shaped the run: {"connections", "50"}, …
  std::string command;     // the words to repeat it
  std::string started_at;  // ISO 8601, UTC
  Environment environment;

  double measured_s = 0;
  std::uint64_t connections = 0;  // that were established
  std::uint64_t connect_failures = 0;
  std::uint64_t lives = 0;  // churn: connections that lived and ended well
  Tally tally;
  Histogram response;  // ns, intended send time to reply; empty in closed loop
  Histogram service;   // ns, sent to reply
  Histogram lag;       // ns, intended to sent; empty in closed loop
  Histogram connect;   // ns, connect() to ready to talk

  double generator_cpu_us = 0;          // CPU time of this process while measuring
  double generator_cpu_peak = 0;        // busiest thread: cores in use, 0 … 1
  std::optional<double> server_cpu_us;  // with --pid
  std::optional<std::uint64_t>
      server_bytes_before;  // resident before the connections came, with --pid
  std::optional<std::uint64_t> server_bytes_after;  // with all connected
  double steal_share = 0;                           // of all cores, taken by the hypervisor

  std::vector<Sample> samples;
  std::vector<std::string>
      faults;  // the first ones, in words: "connection 3: line 412 lost"; at most kFaultsMax
  static constexpr std::size_t kFaultsMax = 20;
  std::vector<std::string> notes;  // what else a reader must know: "interrupted after 3.2 s"

  std::string failure;      // why the run failed, as a sentence; empty: it did not
  bool is_mistake = false;  // it failed because of what was asked: exit status 64
  std::vector<AssertResult> asserts;
  Verdict verdict = Verdict::good;
  std::string judgement;  // one sentence

  /// The judged series: response in open loop, service in closed loop.
  [[nodiscard]] const Histogram& latency() const noexcept {
    return is_open_loop ? response : service;
  }
  /// What a "message" is for costs and rates: deliveries received.
  [[nodiscard]] std::uint64_t messages() const noexcept { return tally.received; }
};

}  // namespace grotto::load
