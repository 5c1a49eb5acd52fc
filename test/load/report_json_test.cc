#include "load/result/report_json.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <random>

#include "a_report.h"
#include "load/result/tally_fields.h"
#include "support/seed.h"

using namespace grotto::load;
using grotto::test::a_report;
using Json = nlohmann::json;

namespace {

void check_same(const Histogram& found, const Histogram& wanted) {
  for (const double percent : {0.0, 1.0, 50.0, 90.0, 99.0, 99.9, 99.99, 100.0}) {
    INFO("percent " << percent);
    const auto exact = static_cast<double>(wanted.percentile(percent));
    CHECK(std::abs(static_cast<double>(found.percentile(percent)) - exact) <= exact * 0.001);
  }
  CHECK(found.count() == wanted.count());
  CHECK(found.overflow() == wanted.overflow());
  CHECK(found.min() == wanted.min());
  CHECK(found.max() == wanted.max());
  CHECK(found.mean() == doctest::Approx(wanted.mean()).epsilon(0.001));
}

/// A report whose every number differs from each other.
Report unlike_any() {
  Report report = a_report();
  std::uint64_t next = 1000;
  for (const auto& field : kTallyFields) report.tally.*field.count = next++;
  for (const auto& field : kTallyFields) report.samples[3].tally.*field.count = next++;
  report.samples[3].server_cpu.reset();
  report.samples[3].server_bytes.reset();
  report.connect_failures = next++;
  report.lives = next++;
  report.steal_share = 0.0125;
  report.faults = {"connection 3: line 412 lost", "a \"quoted\" \\ one\n"};
  report.notes = {"interrupted after 3.2 s"};
  report.failure = "the server closed every connection";
  report.asserts = {{"p99<2ms", false, "3.10 ms"}, {"lost==0", true, "0"}};
  report.verdict = Verdict::failed;
  report.judgement = "failed: the server closed every connection";
  return report;
}

/// to_json() with one key changed.
std::string changed(const char* key, const Json& value) {
  Json json = Json::parse(to_json(a_report()));
  json[Json::json_pointer(key)] = value;
  return json.dump();
}

}  // namespace

TEST_CASE("ReportJson: what is written and read again is the same report") {
  const Report wanted = unlike_any();
  const auto read = to_report(to_json(wanted), "a.json");
  REQUIRE_MESSAGE(read, (read ? "" : read.error().sentence));
  const Report& found = *read;
  CHECK(found.workload == wanted.workload);
  CHECK(found.dialect == wanted.dialect);
  CHECK(found.target == wanted.target);
  CHECK(found.is_open_loop == wanted.is_open_loop);
  CHECK(found.options == wanted.options);
  CHECK(found.command == wanted.command);
  CHECK(found.started_at == wanted.started_at);
  CHECK(found.environment == wanted.environment);
  CHECK(found.measured_s == wanted.measured_s);
  CHECK(found.connections == wanted.connections);
  CHECK(found.connect_failures == wanted.connect_failures);
  CHECK(found.lives == wanted.lives);
  for (const auto& field : kTallyFields) {
    CHECK(found.tally.*field.count == wanted.tally.*field.count);
    CHECK(found.samples[3].tally.*field.count == wanted.samples[3].tally.*field.count);
  }
  check_same(found.response, wanted.response);
  check_same(found.service, wanted.service);
  check_same(found.lag, wanted.lag);
  check_same(found.connect, wanted.connect);
  CHECK(found.generator_cpu_us == wanted.generator_cpu_us);
  CHECK(found.generator_cpu_peak == wanted.generator_cpu_peak);
  CHECK(found.server_cpu_us == wanted.server_cpu_us);
  CHECK(found.server_bytes_before == wanted.server_bytes_before);
  CHECK(found.server_bytes_after == wanted.server_bytes_after);
  CHECK(found.steal_share == wanted.steal_share);
  REQUIRE(found.samples.size() == wanted.samples.size());
  CHECK(found.samples[2].at_s == 3);
  CHECK(found.samples[2].seconds == 1);
  CHECK(found.samples[2].p50_us == 400);
  CHECK(found.samples[2].p99_us == 1'600);
  CHECK(found.samples[2].max_us == 4'000);
  CHECK(found.samples[2].generator_cpu == 0.4);
  CHECK(found.samples[2].server_cpu == 0.5);
  CHECK(found.samples[2].server_bytes == 4 << 20);
  CHECK_FALSE(found.samples[3].server_cpu);
  CHECK_FALSE(found.samples[3].server_bytes);
  CHECK(found.faults == wanted.faults);
  CHECK(found.notes == wanted.notes);
  CHECK(found.failure == wanted.failure);
  REQUIRE(found.asserts.size() == 2);
  CHECK(found.asserts[0].text == "p99<2ms");
  CHECK_FALSE(found.asserts[0].holds);
  CHECK(found.asserts[0].found == "3.10 ms");
  CHECK(found.asserts[1].holds);
  CHECK(found.verdict == wanted.verdict);
  CHECK(found.judgement == wanted.judgement);
}

TEST_CASE("ReportJson: random histograms keep their percentiles, extremes and overflow") {
  const auto seed = grotto::test::seed();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> exponent(0, 43);  // 1 ns to 2.4 h: with overflow
  for (const unsigned count : {0U, 1U, 2U, 3U, 100U, 20'000U}) {
    INFO("count " << count);
    Report wanted = a_report();
    wanted.service.clear();
    for (unsigned i = 0; i < count; ++i) {
      wanted.service.record(static_cast<std::uint64_t>(std::exp2(exponent(random))));
    }
    const auto read = to_report(to_json(wanted), "a.json");
    REQUIRE_MESSAGE(read, (read ? "" : read.error().sentence));
    check_same(read->service, wanted.service);
  }
}

TEST_CASE("ReportJson: durations that are all beyond the histogram come back") {
  Report wanted = a_report();
  wanted.service.clear();
  wanted.service.record(Histogram::kHighest + 1'000'000);
  wanted.service.record(Histogram::kHighest + 9'000'000, 3);
  const auto read = to_report(to_json(wanted), "a.json");
  REQUIRE_MESSAGE(read, (read ? "" : read.error().sentence));
  check_same(read->service, wanted.service);
}

TEST_CASE("ReportJson: the highest duration that a histogram takes comes back as no overflow") {
  Report wanted = a_report();
  wanted.service.record(Histogram::kHighest, 3);
  const auto read = to_report(to_json(wanted), "a.json");
  REQUIRE_MESSAGE(read, (read ? "" : read.error().sentence));
  check_same(read->service, wanted.service);
}

TEST_CASE("ReportJson: the file has every key by its name, in units as named") {
  const Json json = Json::parse(to_json(a_report()));
  CHECK(json["schema"] == 1);
  CHECK(json["loop"] == "open");
  CHECK(json["verdict"] == "good");
  CHECK(json["exit_status"] == 0);
  CHECK(json["options"]["connections"] == "50");
  CHECK(json["environment"]["commit"] == "0123abc");
  CHECK(json["sent"] == 1'000);
  CHECK(json["errors"] == 0);
  CHECK(json["sent_per_s"] == 100);
  CHECK(json["received_per_s"] == 100);
  CHECK(json["generator_cpu_us_per_message"] == 4'000);
  CHECK(json["server_cpu_us_per_message"] == 5'000);
  CHECK(json["server_bytes_per_connection"] == 400);
  CHECK(json["response_us"]["p50"].get<double>() == doctest::Approx(400).epsilon(0.001));
  CHECK(json["response_us"]["max"] == 3'100);
  CHECK(json["connect_us"]["max"] == 123.456);
  CHECK(json["connect_us"]["count"] == 50);
  CHECK(json["response_us"]["buckets"].size() == 3);
  CHECK(json["samples"].size() == 10);
  CHECK(json["samples"][0]["errors"] == 0);
}

TEST_CASE("ReportJson: what is empty by nature is null and comes back empty") {
  Report closed = a_report();
  closed.is_open_loop = false;
  closed.response.clear();
  closed.lag.clear();
  closed.server_cpu_us.reset();
  closed.server_bytes_before.reset();
  closed.server_bytes_after.reset();
  closed.tally.received = 0;
  const std::string text = to_json(closed);
  const Json json = Json::parse(text);
  for (const char* const key :
       {"response_us", "lag_us", "server_cpu_us", "server_cpu_us_per_message",
        "generator_cpu_us_per_message", "server_bytes_before", "server_bytes_per_connection"}) {
    INFO(key);
    REQUIRE(json.contains(key));
    CHECK(json[key].is_null());
  }
  const auto read = to_report(text, "a.json");
  REQUIRE_MESSAGE(read, (read ? "" : read.error().sentence));
  CHECK_FALSE(read->is_open_loop);
  CHECK(read->response.count() == 0);
  CHECK_FALSE(read->server_cpu_us);
}

TEST_CASE("ReportJson: numbers are short, and still have four significant digits") {
  Report report = a_report();
  report.server_cpu_us = 12'345.678;       // per message of 1,000: 12.345678
  report.samples[0].p50_us = 0.123456789;  // below a nanosecond there is nothing
  report.samples[0].max_us = 1'234'567.89;
  report.generator_cpu_us = 45.678;  // 0.045678 a message
  const Json json = Json::parse(to_json(report));
  CHECK(json["server_cpu_us_per_message"].dump() == "12.35");
  CHECK(json["server_cpu_us"].dump() == "12346.0");
  CHECK(json["samples"][0]["p50_us"].dump() == "0.123");
  CHECK(json["samples"][0]["max_us"].dump() == "1234568.0");
  CHECK(json["generator_cpu_us_per_message"].dump() == "0.04568");
}

TEST_CASE("ReportJson: bytes that are no UTF-8 do not stop the file from being written") {
  Report report = a_report();
  report.faults = {"odd \xff byte"};
  const auto read = to_report(to_json(report), "a.json");
  REQUIRE(read);
  CHECK(read->faults[0] == "odd \xef\xbf\xbd byte");
}

TEST_CASE("ReportJson: a file that is no report is refused by its name, with what was expected") {
  for (const char* const text : {"", "{", "[]", "7", "null", "{}", "{\"schema\": \"1\"}", "\xff"}) {
    INFO(text);
    const auto read = to_report(text, "a.json");
    REQUIRE_FALSE(read);
    CHECK(read.error().exit_status == 65);
    CHECK(read.error().sentence ==
          "a.json: is no result of grotto-load: expected what --json writes, with a \"schema\"");
  }
  CHECK(to_report("{\"schema\": 2}", "a.json").error().sentence ==
        "a.json: is of schema 2: this grotto-load reads schema 1");
}

TEST_CASE("ReportJson: the first wrong value is named with its place") {
  const struct {
    const char* key;
    Json value;
    const char* sentence;
  } cases[] = {
      {"/sent", -1, "expected \"sent\" to be a count"},
      {"/sent", 1.5, "expected \"sent\" to be a count"},
      {"/loop", "round", "expected \"loop\" to be open or closed"},
      {"/verdict", "fine",
       "expected \"verdict\" to be good, failed, assertion_failed or inconclusive"},
      {"/measured_s", "10", "expected \"measured_s\" to be a number of at least 0"},
      {"/options/connections", 50, "expected \"options\" to be an object of texts"},
      {"/faults", Json::array({1}), "expected \"faults\" to be a list of texts"},
      {"/notes", nullptr, "expected \"notes\" to be a list of texts"},
      {"/samples", 3, "expected \"samples\" to be a list"},
      {"/samples/2", 3, "expected \"samples[2]\" to be an object"},
      {"/samples/2/p50_us", nullptr, "expected \"samples[2].p50_us\" to be a number of at least 0"},
      {"/samples/2/server_cpu", "x",
       "expected \"samples[2].server_cpu\" to be a number of at least 0"},
      {"/service_us", 3, "expected \"service_us\" to be a series of durations or null"},
      {"/service_us/buckets", 3, "expected \"service_us\" to be a series with its buckets"},
      {"/service_us/buckets/0", Json::array({1}),
       "expected \"service_us\" to be a series with its buckets"},
      {"/service_us/buckets/0/0", 1e300,
       "expected \"service_us\" to be a series whose count, extremes and overflow are those of its "
       "buckets"},
      {"/service_us/count", 999,
       "expected \"service_us\" to be a series whose count, extremes and overflow are those of its "
       "buckets"},
  };
  for (const auto& each : cases) {
    INFO(each.key);
    const auto read = to_report(changed(each.key, each.value), "a.json");
    REQUIRE_FALSE(read);
    CHECK(read.error().sentence ==
          std::string("a.json: is no whole result of grotto-load: ") + each.sentence);
  }
}

TEST_CASE("ReportJson: a key that is missing is named; one too many is ignored") {
  const Json whole = Json::parse(to_json(a_report()));
  for (const auto& [key, value] : whole.items()) {
    if (key == "exit_status" || key == "errors" || key.find("_per_") != std::string::npos) continue;
    const bool may_miss = key.starts_with("server_") || key.ends_with("_us");
    if (may_miss && key != "generator_cpu_us") continue;
    Json less = whole;
    less.erase(key);
    INFO(key);
    CHECK_FALSE(to_report(less.dump(), "a.json"));
  }
  CHECK(to_report(changed("/from_the_future", 7), "a.json"));
}

TEST_CASE("ReportJson: any cut or changed byte of a file gives a report or a sentence") {
  const std::string whole = to_json(a_report());
  for (std::size_t length = 0; length < whole.size() - 2; length += 7) {
    CHECK_FALSE(to_report(std::string_view(whole).substr(0, length), "a.json"));
  }
  const auto seed = grotto::test::seed();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 500; ++round) {
    std::string text = whole;
    text[random() % text.size()] = static_cast<char>(random());
    const auto read = to_report(text, "a.json");
    if (!read) CHECK(read.error().exit_status == 65);
  }
}

TEST_CASE("ReportJson: a file that cannot be read is named with the reason") {
  const auto missing = read_report("no/such/file.json");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().exit_status == 66);
  CHECK(missing.error().sentence == "no/such/file.json: cannot be read: No such file or directory");
  CHECK(read_report("/").error().sentence == "/: cannot be read: Is a directory");
}
