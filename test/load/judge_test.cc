#include "load/result/judge.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "a_report.h"
#include "load/result/verdict.h"

using namespace grotto::load;
using grotto::test::a_report;

namespace {

/// An open loop whose lag and response are all as given.
Report timed(std::uint64_t lag_ns, std::uint64_t response_ns) {
  Report report = a_report();
  report.lag.clear();
  report.response.clear();
  report.lag.record(lag_ns, 1'000);
  report.response.record(response_ns, 1'000);
  return report;
}

Report closed_loop(double server_cores, double generator_cores) {
  Report report = a_report();
  report.is_open_loop = false;
  report.response.clear();
  report.lag.clear();
  report.server_cpu_us = server_cores * report.measured_s * 1e6;
  report.generator_cpu_peak = generator_cores;
  return report;
}

std::vector<Assertion> asserts(std::initializer_list<const char*> texts) {
  std::vector<Assertion> all;
  for (const char* const text : texts) all.push_back(*parse_assertion(text));
  return all;
}

}  // namespace

TEST_CASE("Judge: a run without errors is good, and says that every line came") {
  Report report = a_report();
  CHECK(judge(report, {}) == 0);
  CHECK(report.verdict == Verdict::good);
  CHECK(report.judgement == "every one of 1 000 lines came whole and in order");
  REQUIRE(report.asserts.size() == 1);
  CHECK(report.asserts[0].text == "errors==0");
  CHECK(report.asserts[0].holds);

  report.workload = "chat";
  report.tally.expected = report.tally.received = 1'234'567;
  CHECK(judge(report, {}) == 0);
  CHECK(report.judgement == "every one of 1 234 567 deliveries came whole and in order");
  CHECK(report.asserts.size() == 1);
}

TEST_CASE("Judge: each kind of error fails a run that asserts nothing, and is told in words") {
  const struct {
    std::uint64_t Tally::* count;
    const char* one;
    const char* many;
  } cases[] = {
      {&Tally::lost, "1 of 1 000 lines was lost", "3 of 1 000 lines were lost"},
      {&Tally::duplicated, "1 of 1 000 lines came twice", "3 of 1 000 lines came twice"},
      {&Tally::reordered, "1 of 1 000 lines came out of order",
       "3 of 1 000 lines came out of order"},
      {&Tally::corrupted, "1 of 1 000 lines came with other bytes",
       "3 of 1 000 lines came with other bytes"},
      {&Tally::foreign, "1 of 1 000 lines was not for its receiver",
       "3 of 1 000 lines were not for their receivers"},
      {&Tally::timed_out, "1 of 1 000 lines did not come in time",
       "3 of 1 000 lines did not come in time"},
      {&Tally::closed, "1 connection was ended by the server",
       "3 connections were ended by the server"},
  };
  for (const auto& each : cases) {
    Report report = a_report();
    report.tally.*each.count = 1;
    CHECK(judge(report, {}) == 3);
    CHECK(report.verdict == Verdict::assertion_failed);
    CHECK(report.judgement == std::string(each.one));
    report.tally.*each.count = 3;
    CHECK(judge(report, {}) == 3);
    CHECK(report.judgement == std::string(each.many));
  }
  Report report = a_report();
  report.tally.lost = 3;
  report.tally.duplicated = 2;
  report.tally.closed = 1;
  judge(report, {});
  CHECK(report.judgement ==
        "3 of 1 000 lines were lost, 2 came twice, 1 connection was ended by the server");
}

TEST_CASE("Judge: an assertion of the user replaces errors==0, and errors are told all the same") {
  Report report = a_report();
  report.tally.lost = 3;
  CHECK(judge(report, asserts({"p99<2ms"})) == 0);
  CHECK(report.judgement == "3 of 1 000 lines were lost");
  CHECK(judge(report, asserts({"p99<100us", "lost<4"})) == 3);
  REQUIRE(report.asserts.size() == 2);
  CHECK_FALSE(report.asserts[0].holds);
  CHECK(report.asserts[0].found == "500 \u00b5s");
  CHECK(report.asserts[1].holds);
  CHECK(report.judgement == "p99<100us does not hold: 500 \u00b5s; 3 of 1 000 lines were lost");
  CHECK(judge(report, asserts({"lost>=4"})) == 3);
  CHECK(report.judgement == "lost>=4 does not hold: 3; 3 of 1 000 lines were lost");
}

TEST_CASE(
    "Judge: lag makes an open loop inconclusive only above both 200 us and a tenth of the "
    "response") {
  CHECK_FALSE(is_generator_limited(timed(190'000, 1'000'000)));     // below 200 us
  CHECK_FALSE(is_generator_limited(timed(1'200'000, 13'000'000)));  // below a tenth
  CHECK(is_generator_limited(timed(1'200'000, 11'000'000)));        // above both
  CHECK(is_generator_limited(timed(210'000, 2'000'000)));
  CHECK_FALSE(is_generator_limited(timed(210'000, 2'200'000)));

  Report report = timed(1'200'000, 2'000'000);
  CHECK(judge(report, {}) == 4);
  CHECK(report.verdict == Verdict::inconclusive);
  CHECK(report.judgement ==
        "generator-limited: its schedule ran late (lag p99 1.20 ms of a response p99 of 2.00 ms); "
        "the server's latency is not known");
}

TEST_CASE("Judge: a generator thread above 90 % of a core makes an open loop inconclusive") {
  Report report = a_report();
  report.generator_cpu_peak = 0.9;
  CHECK(judge(report, {}) == 0);
  report.generator_cpu_peak = 0.95;
  CHECK(judge(report, {}) == 4);
  CHECK(report.judgement ==
        "generator-limited: its busiest thread used 95 % of a core; the server's latency is not "
        "known");
  report = timed(1'200'000, 2'000'000);
  report.generator_cpu_peak = 0.95;
  CHECK(judge(report, {}) == 4);
  CHECK(report.judgement.find("of 2.00 ms) and its busiest thread used 95 %") != std::string::npos);
}

TEST_CASE("Judge: a closed loop is never inconclusive; what it saturated is said") {
  Report report = closed_loop(0.99, 0.4);
  CHECK(judge(report, {}) == 0);
  CHECK(report.judgement ==
        "every one of 1 000 lines came whole and in order; saturated: the server used 99 % of a "
        "core, the generator 40 %");
  report = closed_loop(0.5, 0.97);
  CHECK(judge(report, {}) == 0);
  CHECK(report.verdict == Verdict::good);
  CHECK(report.judgement ==
        "every one of 1 000 lines came whole and in order; saturated: the generator used 97 % of a "
        "core, the server 50 %; the rate may be its own, not the server's");
  report.server_cpu_us.reset();
  judge(report, {});
  CHECK(
      report.judgement.ends_with("saturated: the generator used 97 % of a core; the rate may be "
                                 "its own, not the server's"));
  report = closed_loop(0.5, 0.5);
  judge(report, {});
  CHECK(report.judgement.find("saturated") == std::string::npos);
}

TEST_CASE("Judge: where several hold, failed comes before an assertion, that before inconclusive") {
  Report report = timed(1'200'000, 2'000'000);
  CHECK(judge(report, asserts({"p99<1ms"})) == 3);
  CHECK(report.judgement ==
        "p99<1ms does not hold: 2.00 ms; generator-limited: its schedule ran late (lag p99 1.20 ms "
        "of a response p99 of 2.00 ms); the server's latency is not known");
  report.failure = "the server closed every connection after 3.2 s";
  CHECK(judge(report, asserts({"p99<1ms"})) == 1);
  CHECK(report.verdict == Verdict::failed);
  CHECK(report.judgement == "the server closed every connection after 3.2 s");
  CHECK(report.asserts.size() == 1);
  report.tally.closed = 50;
  CHECK(judge(report, {}) == 1);
  CHECK(report.judgement ==
        "the server closed every connection after 3.2 s; 50 connections were ended by the server");
}

TEST_CASE("Judge: a run that measured nothing has failed, whatever it asserts") {
  Report report;
  report.workload = "echo";
  report.connect_failures = 50;
  CHECK(judge(report, asserts({"lost==0"})) == 1);
  CHECK(report.judgement == "none of 50 connections could be made");

  report = Report{};
  report.workload = "echo";
  report.connections = 50;
  CHECK(judge(report, {}) == 1);
  CHECK(report.failure == "no line was sent");

  report = a_report();
  report.tally.received = 0;
  CHECK(judge(report, {}) == 1);
  CHECK(report.judgement == "none of 1 000 lines came before the run ended");
}

TEST_CASE("Judge: a herd that sends nothing is good if it stayed or lived") {
  Report report;
  report.workload = "idle";
  report.connections = 10'000;
  CHECK(judge(report, {}) == 0);
  CHECK(report.judgement == "10 000 connections stayed to the end");
  report.workload = "churn";
  report.lives = 1;
  CHECK(judge(report, {}) == 0);
  CHECK(report.judgement == "1 connection lived and ended well");
}

TEST_CASE("Judge: lines that are no errors and did not come are told, and so are connections") {
  Report report = a_report();
  report.tally.received = 990;
  report.tally.skipped = 8;
  report.connect_failures = 2;
  CHECK(judge(report, {}) == 0);
  CHECK(report.judgement ==
        "990 of 1 000 lines came whole and in order, 8 were announced as skipped, 2 had not come "
        "when the run ended; 2 connections could not be made");
}

TEST_CASE("Judge: every verdict has its word and its exit status") {
  const std::pair<Verdict, int> cases[] = {{Verdict::good, 0},
                                           {Verdict::failed, 1},
                                           {Verdict::assertion_failed, 3},
                                           {Verdict::inconclusive, 4}};
  for (const auto& [verdict, status] : cases) {
    CHECK(exit_status(verdict) == status);
    CHECK(find_verdict(verdict_word(verdict)) == verdict);
  }
  CHECK(verdict_word(Verdict::assertion_failed) == "assertion_failed");
  CHECK_FALSE(find_verdict("fine"));
}
