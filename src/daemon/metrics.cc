#include "daemon/metrics.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/log.h"
#include "base/time_text.h"
#include "daemon/process_facts.h"
#include "daemon/version.h"
#include "net/platform.h"

namespace grotto {

namespace {
using Type = MetricsText::Type;
}  // namespace

Metrics::Metrics(Parts parts)
    : parts_(std::move(parts)), started_seconds_(static_cast<double>(wall_clock_ms()) / 1e3) {}

/// `value`: what is wanted of a worker's counters.
template <class Value>
auto Metrics::sum(Value value) const {
  decltype(value(*parts_.workers.front()).value()) total = 0;
  for (const WorkerCounters* const each : parts_.workers) total += value(*each).value();
  return total;
}

Durations Metrics::sum_durations(DurationHistogram WorkerCounters::* histogram) const {
  Durations total;
  for (const WorkerCounters* const each : parts_.workers) total.add(each->*histogram);
  return total;
}

std::size_t Metrics::services_counted() const noexcept {
  return std::min(parts_.services.size(), kServicesCounted);
}

std::string Metrics::text() const {
  MetricsText text;
  put_build(text);
  put_connections(text);
  put_admission(text);
  put_traffic(text);
  put_loops(text);
  for (const MetricsSource& source : parts_.sources) source(text);
  put_process(text);
  return text.take();
}

void Metrics::put_build(MetricsText& text) const {
  constexpr std::string_view kWord = "commit ";
  std::string_view commit = kCommit;
  if (commit.starts_with(kWord)) commit.remove_prefix(kWord.size());
  text.gauge("grotto_up", "Whether the server serves.", 1);
  text.begin("grotto_build_info", Type::gauge, "Which build this is; always 1.");
  text.put({{"version", kVersion},
            {"commit", commit},
            {"libuv", libuv_version()},
            {"selector", selector_name()}},
           std::uint64_t{1});
  text.gauge("grotto_workers", "Threads that serve peers.",
             static_cast<std::int64_t>(parts_.workers.size()));
}

void Metrics::put_connections(MetricsText& text) const {
  text.begin("grotto_connections", Type::gauge,
             "Connections that are served, by service and by what they speak.");
  for (std::size_t service = 0; service < services_counted(); ++service) {
    for (std::size_t door = 0; door < kDoorKinds; ++door) {
      const auto kind = static_cast<DoorKind>(door);
      if (kind == DoorKind::none) continue;
      text.put({{"service", parts_.services[service]}, {"door", to_string(kind)}},
               sum([&](const WorkerCounters& each) -> const Gauge& {
                 return each.connections[door][service];
               }));
    }
  }
  text.gauge("grotto_connections_encrypted", "Connections that speak TLS, handshakes included.",
             sum([](const WorkerCounters& each) -> const Gauge& { return each.encrypted; }));
  text.begin("grotto_closed_total", Type::counter,
             "Connections that were served and are over, by reason.");
  for (std::size_t i = 0; i < kCloseReasons; ++i) {
    const auto reason = static_cast<CloseReason>(i);
    if (reason == CloseReason::none) continue;
    text.put({{"reason", to_string(reason)}},
             sum([i](const WorkerCounters& each) -> const Counter& { return each.closed[i]; }));
  }
}

void Metrics::put_admission(MetricsText& text) const {
  text.gauge("grotto_clients_max", "Clients that may be served at once.",
             static_cast<std::int64_t>(parts_.clients_max));
  text.gauge("grotto_clients_waiting", "Clients that wait for their turn.",
             sum([](const WorkerCounters& each) -> const Gauge& { return each.waiting; }));
  text.begin("grotto_accepted_total", Type::counter,
             "Connections that were accepted, those that were refused afterwards included.");
  for (std::size_t i = 0; i < services_counted(); ++i) {
    text.put({{"service", parts_.services[i]}},
             sum([i](const WorkerCounters& each) -> const Counter& { return each.accepted[i]; }));
  }
  text.begin("grotto_refused_total", Type::counter,
             "Connections that were refused before they were served, by reason.");
  for (std::size_t i = 0; i < kRefusalReasons; ++i) {
    text.put({{"reason", to_string(static_cast<RefusalReason>(i))}},
             sum([i](const WorkerCounters& each) -> const Counter& { return each.refused[i]; }));
  }
  text.counter(
      "grotto_accept_errors_total", "Failed accepts, such as for want of descriptors or memory.",
      sum([](const WorkerCounters& each) -> const Counter& { return each.accept_errors; }));
  text.counter("grotto_udp_refused_total",
               "Datagrams that were not answered, for their source's network, port or rate.",
               sum([](const WorkerCounters& each) -> const Counter& { return each.udp_refused; }));
  text.counter("grotto_udp_dropped_total", "Answers by UDP that the kernel had no room for.",
               sum([](const WorkerCounters& each) -> const Counter& { return each.udp_dropped; }));
}

void Metrics::put_traffic(MetricsText& text) const {
  const auto put = [&](std::string_view name, std::string_view help,
                       Counter WorkerCounters::* counter) {
    text.counter(name, help,
                 sum([&](const WorkerCounters& each) -> const Counter& { return each.*counter; }));
  };
  put("grotto_received_bytes_total", "Bytes from peers, TLS as it came.",
      &WorkerCounters::bytes_in);
  put("grotto_sent_bytes_total", "Bytes to peers, TLS as it went.", &WorkerCounters::bytes_out);
  put("grotto_lines_received_total", "Lines from peers that a service took.",
      &WorkerCounters::lines_in);
  const auto told =
      sum([](const WorkerCounters& each) -> const Counter& { return each.lines_out; });
  const auto delivered =
      sum([](const WorkerCounters& each) -> const Counter& { return each.deliveries; });
  text.counter("grotto_lines_sent_total",
               "Lines to peers: deliveries, and what was told to one person alone.",
               told + delivered);
  put("grotto_room_lines_total", "Lines of rooms: said, and joins, leaves and notices.",
      &WorkerCounters::room_lines);
  text.counter("grotto_deliveries_total", "Lines of rooms to members: one line to one member.",
               delivered);
  put("grotto_laps_total", "How often a member was too slow and skipped lines.",
      &WorkerCounters::laps);
  put("grotto_lapped_lines_total", "Lines that slow members skipped.",
      &WorkerCounters::lapped_lines);
  put("grotto_flood_delays_total", "How often flood control let a line wait.",
      &WorkerCounters::flood_delays);
  const auto delay_ms =
      sum([](const WorkerCounters& each) -> const Counter& { return each.flood_delay_ms; });
  text.counter_of_seconds("grotto_flood_delay_seconds_total",
                          "How long flood control let lines wait, all together.",
                          static_cast<double>(delay_ms) / 1e3);
}

void Metrics::put_loops(MetricsText& text) const {
  text.histogram("grotto_loop_lag_seconds",
                 "How much later than due the deadlines of a worker's loop were looked at.",
                 sum_durations(&WorkerCounters::lag));
  text.histogram("grotto_tick_duration_seconds",
                 "How long a round of a worker's loop took, without its wait.",
                 sum_durations(&WorkerCounters::tick));
  text.counter("grotto_log_dropped_lines_total",
               "Lines of the log that a slow reader of standard error has cost.",
               log::dropped_lines());
}

/// The names that Prometheus' own clients use.
void Metrics::put_process(MetricsText& text) const {
  const ProcessFacts facts = process_facts();
  text.counter_of_seconds("process_cpu_seconds_total", "CPU time, user and system.",
                          facts.cpu_seconds);
  if (facts.resident_bytes > 0) {
    text.gauge("process_resident_memory_bytes", "Resident memory.", facts.resident_bytes);
  }
  text.gauge("process_max_fds", "Descriptors that may be open.", facts.descriptors_max);
  text.begin("process_start_time_seconds", Type::gauge, "When the server started, since 1970.");
  text.put({}, started_seconds_);
}

}  // namespace grotto
