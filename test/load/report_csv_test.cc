#include "load/result/report_csv.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "a_report.h"

using namespace grotto::load;

namespace {

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> all;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) all.push_back(line);
  return all;
}

}  // namespace

TEST_CASE("ReportCsv: one line of names, then one per interval with as many values") {
  Report report = grotto::test::a_report();
  report.samples[1].tally.lost = 7;
  report.samples[1].server_cpu.reset();
  report.samples[2].server_bytes.reset();
  const auto found = lines(to_csv(report));
  REQUIRE(found.size() == 11);
  CHECK(found[0] ==
        "at_s,interval_s,sent,expected,received,lost,duplicated,reordered,corrupted,foreign,closed,"
        "timed_out,skipped,bytes_sent,bytes_received,errors,sent_per_s,received_per_s,p50_us,"
        "p99_us,max_us,generator_cpu_cores,server_cpu_cores,server_bytes");
  CHECK(found[1] ==
        "1.000,1.000000,100,100,100,0,0,0,0,0,0,0,0,6400,6400,0,100.000,100.000,400.000,"
        "1600.000,4000.000,0.4000,0.5000,4194304");
  CHECK(found[2] ==
        "2.000,1.000000,100,100,100,7,0,0,0,0,0,0,0,6400,6400,7,100.000,100.000,400.000,"
        "1600.000,4000.000,0.4000,,4194304");
  CHECK(found[3].ends_with(",0.4000,0.5000,"));
  for (const auto& line : found) {
    CHECK(std::count(line.begin(), line.end(), ',') == 23);
  }
}

TEST_CASE("ReportCsv: a run without an interval has its line of names") {
  CHECK(lines(to_csv(Report{})).size() == 1);
}
