#include "load/result/compare.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <sstream>
#include <string>
#include <vector>

#include "a_report.h"
#include "load/result/differences.h"
#include "load/result/report_file.h"
#include "load/result/report_json.h"

using namespace grotto::load;
using grotto::test::a_report;
using grotto::test::a_sample;

namespace {

std::string compared(const Report& a, const Report& b) {
  return compare({"a.json", &a}, {"b.json", &b});
}

/// The line of the table that begins with `label`.
std::string row(const std::string& text, const std::string& label) {
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(label + "  ")) return line;
  }
  return {};
}

/// How many characters, not bytes.
std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
  }));
}

bool has(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace

TEST_CASE("Compare: each figure stands beside the other with the ratio and its spread") {
  const Report a = a_report();
  Report b = a_report();
  b.samples.clear();
  b.tally = {};
  for (unsigned second = 1; second <= 10; ++second) {
    // Twice as much on the whole; of single intervals 1.1 to 2.9 times, in no order.
    b.samples.push_back(a_sample(second, 90 + 20 * (3 * second % 11), 400));
    b.tally += b.samples.back().tally;
  }
  b.server_cpu_us = 5e6;
  const std::string text = compared(a, b);
  INFO(text);
  CHECK(
      text.starts_with("A  a.json: echo in line on 127.0.0.1:7000, open loop, 10.0 s measured "
                       "from 2026-01-02T03:04:05Z\nB  b.json: "));
  CHECK(row(text, "received/s") ==
        "received/s                            100          200     2.000  2.000 (1.550 \u2026 "
        "2.450)");
  CHECK(row(text, "server CPU per message").find(" 5 000 \u00b5s     2 500 \u00b5s     0.500  ") !=
        std::string::npos);
  CHECK(row(text, "p99") ==
        "p99                                500 \u00b5s       500 \u00b5s     1.000  "
        "1.000 (1.000 \u2026 1.000)");
  CHECK(row(text, "p90").ends_with("     1.000  \u2013"));
  CHECK(row(text, "errors") ==
        "errors                                  0            0         \u2013  \u2013");
  CHECK(text.find("median of 10 intervals (quartiles)") != std::string::npos);
  CHECK(text.find("Beware") == std::string::npos);
}

TEST_CASE("Compare: every figure of the list has its row, in aligned columns without a control") {
  const std::string text = compared(a_report(), a_report());
  const std::size_t ratio_end = columns(row(text, "p90")) - 3;
  for (const char* const label :
       {"sent/s", "received/s", "p50", "p90", "p99", "p99.9", "max", "mean",
        "server CPU per message", "generator CPU per message", "server memory per connection"}) {
    INFO(label);
    const std::string found = row(text, label);
    const auto ratio = found.find("   1.000  ");
    REQUIRE(ratio != std::string::npos);
    CHECK(columns(found.substr(0, ratio)) + 8 == ratio_end);
  }
  CHECK(std::none_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; }));
}

TEST_CASE(
    "Compare: of intervals, as many are paired as the shorter run has, and none with nothing") {
  const Report a = a_report();
  Report b = a_report();
  b.samples.resize(3);
  b.samples[2] = a_sample(3, 200, 400);
  CHECK(row(compared(a, b), "received/s").ends_with("1.000 (1.000 \u2026 1.500)"));
  Report zero = a_report();
  zero.samples[0] = a_sample(1, 0, 400);
  CHECK(row(compared(zero, a), "received/s").ends_with("1.000 (1.000 \u2026 1.000)"));
  b.samples.resize(1);
  CHECK(row(compared(a, b), "received/s").ends_with("1.000  \u2013"));
}

TEST_CASE("Compare: what one run does not know is a dash, what neither knows has no row") {
  const Report a = a_report();
  Report b = a_report();
  b.server_cpu_us.reset();
  const std::string found = row(compared(a, b), "server CPU per message");
  CHECK(found.find("5 000 \u00b5s            \u2013         \u2013") != std::string::npos);
  CHECK(row(compared(b, b), "server CPU per message").empty());
}

TEST_CASE("Compare: what the runs do not have in common is said in words") {
  const Report a = a_report();
  CHECK(differences(a, a).empty());
  Report b = a_report();
  b.workload = "fanout";
  b.dialect = "grotto";
  b.is_open_loop = false;
  b.options = {{"connections", "100"}, {"depth", "16"}};
  b.environment[0].second = "4567def";
  b.target = "127.0.0.1:7001";  // two servers are what one compares
  b.command = "another";
  b.started_at = "later";
  const auto found = differences(a, b);
  CHECK(has(found, "they differ in workload: echo and fanout"));
  CHECK(has(found, "they differ in dialect: line and grotto"));
  CHECK(has(found, "they differ in loop: open and closed"));
  CHECK(has(found, "they differ in connections: 50 and 100"));
  CHECK(has(found, "they differ in rate: 100 and none"));
  CHECK(has(found, "they differ in depth: none and 16"));
  CHECK(has(found, "they differ in commit: 0123abc and 4567def"));
  CHECK(found.size() == 7);
  CHECK(compared(a, b).find("\nBeware:\n  they differ in workload: echo and fanout\n") !=
        std::string::npos);
}

TEST_CASE("Compare: a run that was inconclusive, failed, or shared its cores is said to be so") {
  Report a = a_report();
  Report b = a_report();
  a.verdict = Verdict::inconclusive;
  a.judgement = "generator-limited: its busiest thread used 95 % of a core";
  b.verdict = Verdict::failed;
  b.judgement = "the server went away";
  b.steal_share = 0.05;
  const auto found = differences(a, b);
  CHECK(found ==
        std::vector<std::string>{
            "A was inconclusive: generator-limited: its busiest thread used 95 % of a core",
            "B failed: the server went away", "the hypervisor took 5 % of the cores during B"});
  a.verdict = b.verdict = Verdict::assertion_failed;
  b.steal_share = 0.01;
  CHECK(differences(a, b).empty());
}

TEST_CASE("Compare: what a file says cannot move the terminal's cursor") {
  Report a = a_report();
  a.target = "\x1b[2J";
  a.options = {{"\x1b[2J", "\x1b[2J"}};
  a.environment = {{"commit", "\x1b[2J"}};
  a.verdict = Verdict::failed;
  a.workload = a.dialect = a.judgement = a.started_at = "\x1b[2J";
  CHECK(compare({"\x1b[2J", &a}, {"b", &a}).find('\x1b') == std::string::npos);
  CHECK(compared(a, a_report()).find('\x1b') == std::string::npos);
}

TEST_CASE("Compare: two files are read, and the one that cannot be is named") {
  const std::string path = "compare_test_a.json";
  REQUIRE(write_report_file(path, to_json(a_report())));
  const auto both = compare_files(path, path);
  const auto second = compare_files(path, "no/such.json");
  const auto first = compare_files("no/such.json", path);
  REQUIRE(std::remove(path.c_str()) == 0);
  REQUIRE(both);
  CHECK(both->starts_with("A  compare_test_a.json: echo"));
  REQUIRE_FALSE(second);
  CHECK(second.error().sentence.starts_with("no/such.json: cannot be read"));
  REQUIRE_FALSE(first);
}
