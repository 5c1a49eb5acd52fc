#include "load/find_max.h"

#include <doctest/doctest.h>

#include <cmath>
#include <optional>
#include <vector>

#include "load/result/judge.h"

using namespace grotto::load;  // NOLINT: a test of one module
using grotto::Error;
using grotto::Result;

namespace {

/// A made-up server: above its limit everything takes ten times as long.
struct Server {
  double limit = 0;
  double generator_limit = 1e18;
  std::vector<double> rates{};
  std::optional<int> interrupted_at{};

  Result<Report> run(double rate) {
    rates.push_back(rate);
    Report report;
    report.workload = "echo";
    report.is_open_loop = true;
    report.connections = 1;
    report.measured_s = 1;
    report.tally.sent = report.tally.expected = report.tally.received = 1'000;
    for (int i = 0; i < 1'000; ++i) {
      report.response.record(rate > limit ? 10'000'000 : 1'000'000);
      report.service.record(1'000'000);
      report.lag.record(rate > generator_limit ? 9'000'000 : 1'000);
    }
    if (interrupted_at && static_cast<int>(rates.size()) >= *interrupted_at)
      report.notes.emplace_back("interrupted after 1 s");
    return report;
  }
  FoundMax find(double first) {
    const auto bound = parse_find_max("p99<5ms");
    REQUIRE(bound);
    auto found = find_max(*bound, first, [this](double rate) { return run(rate); });
    REQUIRE(found);
    REQUIRE(found->last);
    CHECK(found->attempts.size() == rates.size());
    return *found;
  }
};

}  // namespace

TEST_CASE("find_max: comes within five percent of the limit, from below, wherever it begins") {
  for (const double limit : {3.0, 900.0, 12'345.0, 1'000'000.0}) {
    for (const double first : {1.0, 1'000.0, 50'000.0}) {
      Server server{.limit = limit};
      const FoundMax found = server.find(first);
      CAPTURE(limit);
      CAPTURE(first);
      CHECK(found.rate <= limit);
      CHECK(found.rate >= limit / 1.05 - 1);
      REQUIRE(found.best);
      CHECK_FALSE(found.is_generator_limited);
      CHECK(server.rates.size() <= static_cast<std::size_t>(kAttemptsMax));
    }
  }
}

TEST_CASE("find_max: where nothing holds there is no rate, and it ends soon") {
  Server server{.limit = 0};
  const FoundMax found = server.find(1'000);
  CHECK(found.rate == 0);
  CHECK_FALSE(found.best);
  CHECK(server.rates.back() == 1);
  CHECK(server.rates.size() < 20);
  CHECK(found.attempts.front().find("does not hold") != std::string::npos);
}

TEST_CASE("find_max: where everything holds it ends at the most runs that are made") {
  Server server{.limit = 1e30};
  const FoundMax found = server.find(1'000);
  CHECK(server.rates.size() == static_cast<std::size_t>(kAttemptsMax));
  CHECK(found.rate == server.rates.back());
}

TEST_CASE("find_max: what the generator cannot do is not the server's limit") {
  Server server{.limit = 1e30, .generator_limit = 10'000};
  const FoundMax found = server.find(1'000);
  CHECK(found.is_generator_limited);
  CHECK(found.rate <= 10'000);
  CHECK(found.rate >= 9'000);
  CHECK(found.attempts.back().size() > 0);
}

TEST_CASE("find_max: an interrupt ends it, and an error is handed on") {
  Server server{.limit = 1e30, .interrupted_at = 3};
  server.find(1'000);
  CHECK(server.rates.size() == 3);
  const auto bound = parse_find_max("p99<5ms");
  const auto failed =
      find_max(*bound, 1'000, [](double) -> Result<Report> { return Error{"no", 71}; });
  REQUIRE_FALSE(failed);
  CHECK(failed.error().exit_status == 71);
}
