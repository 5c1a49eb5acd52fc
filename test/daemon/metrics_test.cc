#include "daemon/metrics.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>

namespace grotto {
namespace {

bool has_line(const std::string& text, const std::string& line) {
  return text.starts_with(line + "\n") || text.find("\n" + line + "\n") != std::string::npos;
}

}  // namespace

TEST_CASE("MetricsText: a value of a label is quoted, and cannot end the line") {
  MetricsText text;
  text.begin("grotto_build_info", MetricsText::Type::gauge, "Which build this is.");
  text.put({{"version", "1 \"x\"\\\n2"}, {"libuv", "1.44"}}, std::uint64_t{1});
  CHECK(text.take() ==
        "# HELP grotto_build_info Which build this is.\n# TYPE grotto_build_info gauge\n"
        "grotto_build_info{version=\"1 \\\"x\\\"\\\\\\n2\",libuv=\"1.44\"} 1\n");
}

TEST_CASE("MetricsText: a bucket counts what is in those before it too") {
  DurationHistogram one;
  DurationHistogram other;
  one.observe_ns(50'000);
  other.observe_ns(200'000);
  other.observe_ns(20'000'000'000);
  Durations both;
  both.add(one);
  both.add(other);
  MetricsText text;
  text.histogram("x_seconds", "How long.", both);
  const std::string all = text.take();
  CHECK(has_line(all, "# TYPE x_seconds histogram"));
  CHECK(has_line(all, "x_seconds_bucket{le=\"0.0001\"} 1"));
  CHECK(has_line(all, "x_seconds_bucket{le=\"0.00025\"} 2"));
  CHECK(has_line(all, "x_seconds_bucket{le=\"10\"} 2"));
  CHECK(has_line(all, "x_seconds_bucket{le=\"+Inf\"} 3"));
  CHECK(has_line(all, "x_seconds_sum 20.00025"));
  CHECK(has_line(all, "x_seconds_count 3"));
}

TEST_CASE("Metrics: the counters of all workers are summed") {
  WorkerCounters one;
  WorkerCounters other;
  one.deliveries.add(3);
  other.deliveries.add(4);
  other.lines_out.add(10);
  other.flood_delay_ms.add(1'500);
  one.closed_for(CloseReason::quit).add();
  one.refused_for(RefusalReason::per_address).add(2);
  const auto plain = static_cast<std::size_t>(DoorKind::plain);
  one.connections[plain][1].up();
  other.connections[plain][1].up();
  one.accepted[0].add(9);
  const Metrics metrics({.workers = {&one, &other},
                         .services = {"echo", "chat"},
                         .clients_max = 100,
                         .sources = {[](MetricsText& text) { text.gauge("grotto_x", "X.", -1); }}});
  const std::string text = metrics.text();
  CHECK(has_line(text, "grotto_deliveries_total 7"));
  CHECK(has_line(text, "grotto_lines_sent_total 17"));
  CHECK(has_line(text, "grotto_flood_delay_seconds_total 1.5"));
  CHECK(has_line(text, "grotto_closed_total{reason=\"quit\"} 1"));
  CHECK(has_line(text, "grotto_refused_total{reason=\"per_address\"} 2"));
  CHECK(has_line(text, "grotto_connections{service=\"chat\",door=\"plain\"} 2"));
  CHECK(has_line(text, "grotto_connections{service=\"echo\",door=\"plain\"} 0"));
  CHECK(has_line(text, "grotto_accepted_total{service=\"echo\"} 9"));
  CHECK(has_line(text, "grotto_clients_max 100"));
  CHECK(has_line(text, "grotto_workers 2"));
  CHECK(has_line(text, "grotto_x -1"));
  CHECK(text.find("none") == std::string::npos);  // neither a door nor a reason
}

}  // namespace grotto
