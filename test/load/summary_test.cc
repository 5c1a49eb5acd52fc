#include "load/view/summary.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "line/text.h"
#include "load/made_up_report.h"

using namespace grotto::load;
using grotto::test::made_up_failure;
using grotto::test::made_up_report;

namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    REQUIRE(end != std::string::npos);
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

/// The first line that begins with `label`; "" if none does.
std::string line(const std::string& text, const std::string& label) {
  for (const std::string& candidate : lines_of(text))
    if (candidate.starts_with(label)) return candidate;
  return {};
}

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("Summary: a good run says what ran, what came, how fast and at what cost") {
  const std::string text = summary(made_up_report(), Charset::utf8);
  INFO(text);
  CHECK(lines_of(text).front() ==
        "echo of 127.0.0.1:7000 (line): 50 connections, open loop at 20000/s, 10.0 s");
  CHECK(says(line(text, "lines sent"), "200 000    20.0 k/s   12.2 MiB (1.22 MiB/s)"));
  CHECK(says(line(text, "deliveries"), "200 000"));
  CHECK(says(line(text, "errors"), "no errors: every delivery came whole, once and in order"));
  CHECK(says(line(text, "response"), "40.1 ms"));
  CHECK_FALSE(line(text, "service").empty());
  CHECK_FALSE(line(text, "lag").empty());
  CHECK(says(line(text, "generator"), "per message; busiest thread 62 %"));
  CHECK(says(line(text, "server"), "per message"));
  CHECK(says(line(text, "memory"), "10 KiB per connection"));
  CHECK(says(line(text, "assert"), "holds  errors==0                found 0"));
  CHECK(lines_of(text).back() == "Good: every assertion holds.");
  CHECK(line(text, "stolen").empty());
}

TEST_CASE("Summary: the columns of the latencies are aligned, whatever their units") {
  const std::string text = summary(made_up_report(), Charset::utf8);
  const std::size_t columns = grotto::display_width(line(text, "response"));
  CHECK(grotto::display_width(line(text, "service")) == columns);
  CHECK(grotto::display_width(line(text, "lag")) == columns);
  CHECK(grotto::display_width(line(text, "   ")) == columns);
}

TEST_CASE("Summary: what is not known or did not happen is not there") {
  Report report = made_up_report();
  report.is_open_loop = false;
  report.response.clear();
  report.lag.clear();
  report.server_cpu_us.reset();
  report.server_bytes_after.reset();
  const std::string text = summary(report, Charset::utf8);
  for (const char* const label : {"response", "lag", "server ", "memory", "lives", "connecting"})
    CHECK(line(text, label).empty());
  SUBCASE("down to a run that could not be done") {
    Report none;
    none.workload = "idle";
    none.failure = "The server at 127.0.0.1:7 refuses connections.";
    none.judgement = "Failed.";
    const std::string said = summary(none, Charset::utf8);
    CHECK(line(said, "failure") == "failure       The server at 127.0.0.1:7 refuses connections.");
    CHECK(says(line(said, "errors"), "no errors"));
    CHECK_FALSE(says(said, "every delivery"));
    CHECK_FALSE(says(said, "nan"));
  }
}

TEST_CASE("Summary: errors are told by kind, and those that are zero are not") {
  const std::string text = summary(made_up_failure(), Charset::utf8);
  CHECK(line(text, "errors") ==
        "errors        3 lost, 1 corrupted, 2 timed out; 200 000 deliveries expected");
  SUBCASE("and every kind that counts as an error has words") {
    Report report;
    report.tally = {0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0};
    REQUIRE(report.tally.errors() == 7);
    const std::string said = line(summary(report, Charset::utf8), "errors");
    for (const char* const kind : {"1 lost", "1 duplicated", "1 reordered", "1 corrupted",
                                   "1 foreign", "1 closed", "1 timed out"})
      CHECK(says(said, kind));
  }
}

TEST_CASE("Summary: with every list too long it keeps to its lines, failed assertions first") {
  Report report = made_up_failure();
  report.steal_share = 0.1;
  report.lives = 7;
  report.connect_failures = 2;
  report.failure = "The server closed every connection.";
  for (int i = 0; i < 30; ++i) {
    report.asserts.insert(report.asserts.begin(), {"p50<1s", true, "1 ms"});
    report.notes.push_back("a note");
  }
  const std::string text = summary(report, Charset::utf8);
  INFO(text);
  CHECK(lines_of(text).size() == kSummaryLinesMax);
  CHECK(says(line(text, "assert"), "FAILS  errors==0                found 6"));
  CHECK_FALSE(line(text, "fault").empty());
  CHECK_FALSE(line(text, "note").empty());
  CHECK(says(text, "\u2026 and 30 more"));
  CHECK_FALSE(line(text, "failure").empty());
  CHECK(lines_of(text).back() == report.judgement);
}

TEST_CASE("Summary: no text of a server reaches the terminal as it is, and no line is too wide") {
  Report report = made_up_failure();
  report.faults[0] = std::string(300, 'x');
  report.judgement += "\x1b[2J";
  for (const Charset charset : {Charset::utf8, Charset::ascii}) {
    const std::string text = summary(report, charset);
    CHECK_FALSE(says(text, "\x1b"));
    CHECK_FALSE(says(text, "\x07"));
    for (const std::string& each : lines_of(text))
      CHECK(grotto::display_width(each) <= kSummaryColumnsMax);
    if (charset == Charset::ascii) {
      for (const char c : text) CHECK(static_cast<unsigned char>(c) < 0x80);
    }
  }
}
