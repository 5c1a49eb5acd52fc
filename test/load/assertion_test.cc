#include "load/result/assertion.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "a_report.h"

using namespace grotto::load;
using grotto::test::a_report;

namespace {

AssertResult found(const char* text, const Report& report) {
  const auto assertion = parse_assertion(text);
  REQUIRE_MESSAGE(assertion, text);
  return evaluate(*assertion, report);
}

std::string sentence(const char* text) {
  const auto assertion = parse_assertion(text);
  REQUIRE_FALSE_MESSAGE(assertion, text);
  CHECK(assertion.error().exit_status == 64);
  return assertion.error().sentence;
}

}  // namespace

TEST_CASE("Assertion: each comparison holds below, at and above its bound as it says") {
  Report report = a_report();
  report.tally.lost = 3;
  const struct {
    const char* comparison;
    bool below, at, above;  // whether it holds if what is found is there
  } cases[] = {{"<", true, false, false}, {"<=", true, true, false},  {">", false, false, true},
               {">=", false, true, true}, {"==", false, true, false}, {"!=", true, false, true}};
  for (const auto& each : cases) {
    const std::string begin = std::string("lost") + each.comparison;
    INFO(begin);
    CHECK(found((begin + "4").c_str(), report).holds == each.below);
    CHECK(found((begin + "3").c_str(), report).holds == each.at);
    CHECK(found((begin + "2").c_str(), report).holds == each.above);
  }
}

TEST_CASE("Assertion: every name of the command line finds its number, with its unit") {
  Report report = a_report();
  std::uint64_t next = 11;
  report.connect_failures = 1;
  report.lives = 2;
  for (auto* const count : {&report.tally.lost, &report.tally.duplicated, &report.tally.reordered,
                            &report.tally.corrupted, &report.tally.foreign, &report.tally.closed,
                            &report.tally.timed_out, &report.tally.skipped}) {
    *count = next++;
  }
  const std::pair<std::string, std::string> cases[] = {
      {"connections==50", "50"},
      {"connect_failures==1", "1"},
      {"lives==2", "2"},
      {"sent==1000", "1 000"},
      {"expected==1000", "1 000"},
      {"received==1000", "1 000"},
      {"lost==11", "11"},
      {"duplicated==12", "12"},
      {"reordered==13", "13"},
      {"corrupted==14", "14"},
      {"foreign==15", "15"},
      {"closed==16", "16"},
      {"timed_out==17", "17"},
      {"skipped==18", "18"},
      {"errors==98", "98"},
      {"bytes_sent==62.5KiB", "62.5 KiB"},
      {"bytes_received<=64000", "62.5 KiB"},
      {"sent_per_s>=100", "100"},
      {"received_per_s<100.5", "100"},
      {"p50<0.41ms", "400 \u00b5s"},
      {"p90<501us", "500 \u00b5s"},
      {"p99<501us", "500 \u00b5s"},
      {"p999>3ms", "3.10 ms"},
      {"max==3100us", "3.10 ms"},
      {"mean<1s", "448 \u00b5s"},
      {"response.max==3.1ms", "3.10 ms"},
      {"service.max==3080us", "3.08 ms"},
      {"lag.max==20us", "20.0 \u00b5s"},
      {"connect.max>123us", "123 \u00b5s"},
      {"generator_cpu_us_per_message==4000", "4 000 \u00b5s"},
      {"server_cpu_us_per_message==5ms", "5 000 \u00b5s"},
      {"server_bytes_per_connection<=400", "400 B"},
      {"  p50  <  0.41 ms ", "400 \u00b5s"},
  };
  for (const auto& [text, value] : cases) {
    const auto result = found(text.c_str(), report);
    CHECK(result.text == text);
    CHECK_MESSAGE(result.holds, text);
    CHECK_MESSAGE(result.found == value, text);
  }
}

TEST_CASE(
    "Assertion: a percentile alone is of the response in open loop, of the service in closed") {
  Report report = a_report();
  CHECK(found("max<1h", report).found == "3.10 ms");
  report.is_open_loop = false;
  CHECK(found("max<1h", report).found == "3.08 ms");
}

TEST_CASE("Assertion: names are unlike each other, and each is found by its own") {
  std::set<std::string> names;
  for (const Figure& figure : figures()) {
    names.insert(figure.name);
    CHECK(find_figure(figure.name) == &figure);
    CHECK(&nearest_figure(figure.name) == &figure);
  }
  CHECK(names.size() == figures().size());
}

TEST_CASE("Assertion: an unknown name is answered with the nearest") {
  CHECK(sentence("losst==0") == "\"losst==0\": there is no figure \"losst\"; the nearest is lost");
  CHECK(sentence("respons.p99<1ms").ends_with("the nearest is response.p99"));
  CHECK(sentence("p95<1ms").ends_with("there is no figure \"p95\"; the nearest is p90"));
  CHECK(sentence("P99<1ms").ends_with("the nearest is p99"));
  const std::string endless(100'000, 'x');
  CHECK(sentence((endless + "<1").c_str()).find("the nearest is") != std::string::npos);
  CHECK(sentence("\x1b[2J<1").find('\x1b') == std::string::npos);
}

TEST_CASE("Assertion: what is none gets a sentence that says what was expected") {
  for (const char* const text :
       {"", "p99", "<2ms", "p99=2ms", "p99<>2ms", "p99=<2ms", "p99!2ms", " < "}) {
    CHECK(sentence(text) == '"' + std::string(text) +
                                "\" asserts nothing: expected a name, one of < <= > >= == !=, and "
                                "a value, such as p99<2ms");
  }
  for (const char* const text : {"p99<2", "p99<", "p99<ms", "p99<-2ms", "p99<2kg", "p99<2ms3"}) {
    CHECK(sentence(text) ==
          '"' + std::string(text) +
              "\": p99 is compared with a duration with its unit, one of us, ms, s, m "
              "and h, as in 250us");
  }
  CHECK(sentence("lost==0%").ends_with("lost is compared with a number without a unit"));
  CHECK(
      sentence("sent_per_s>1ms").ends_with("sent_per_s is compared with a number without a unit"));
  CHECK(
      sentence("server_cpu_us_per_message<2kg")
          .ends_with("is compared with microseconds or a duration with its unit, such as 0.05us"));
  CHECK(sentence("bytes_sent<1ms")
            .ends_with("is compared with bytes, or a number of KiB, MiB or GiB"));
}

TEST_CASE("Assertion: what a run of this kind can never know is refused before it") {
  const auto refusal = [](const char* text, Setting setting) {
    const auto checked = check_setting(*parse_assertion(text), setting);
    return checked ? std::string() : checked.error().sentence;
  };
  const Setting closed{.is_open_loop = false, .has_server_pid = true};
  const Setting without_pid{.is_open_loop = true, .has_server_pid = false};
  for (const char* const text : {"lag.p99<1ms", "response.max<1ms"}) {
    CHECK(refusal(text, closed).ends_with("is known in open loop only, with --rate"));
    CHECK(refusal(text, without_pid).empty());
  }
  for (const char* const text :
       {"server_cpu_us_per_message<1", "server_bytes_per_connection<400"}) {
    CHECK(refusal(text, without_pid).ends_with("is known with --pid only"));
    CHECK(refusal(text, closed).empty());
  }
  for (const char* const text : {"p99<1ms", "service.p99<1ms", "connect.p99<1ms", "errors==0",
                                 "generator_cpu_us_per_message<1"}) {
    CHECK(refusal(text, {}).empty());
  }
  CHECK(check_setting(*parse_assertion("lag.p99<1ms"), closed).error().exit_status == 64);
}

TEST_CASE("Assertion: of what was not measured nothing holds, neither less nor more") {
  Report empty;
  for (const char* const text :
       {"p99<2ms", "p99>=0us", "server_cpu_us_per_message<9", "received_per_s<9"}) {
    const auto result = found(text, empty);
    CHECK_FALSE(result.holds);
    CHECK(result.found == "nothing measured");
  }
}

TEST_CASE("Assertion: --find-max takes what more load breaks, and nothing else") {
  for (const char* const text : {"p99<5ms", "response.p50<=5ms", "errors==0", "lost<1", "lost<=0",
                                 "server_cpu_us_per_message<2"}) {
    CHECK_MESSAGE(parse_find_max(text), text);
  }
  for (const char* const text : {"p99>5ms", "p99==5ms", "errors==3", "errors!=0", "sent<100",
                                 "received_per_s>100", "received_per_s<100", "bytes_sent<1KiB"}) {
    const auto parsed = parse_find_max(text);
    REQUIRE_FALSE_MESSAGE(parsed, text);
    CHECK(parsed.error().exit_status == 64);
    CHECK(parsed.error().sentence.find("has no highest rate") != std::string::npos);
  }
  CHECK(parse_find_max("p95<1ms").error().sentence.find("the nearest") != std::string::npos);
}

TEST_CASE("Assertion: where nothing is asserted, there shall be no error") {
  Report report = a_report();
  CHECK(evaluate(no_errors(), report).text == "errors==0");
  CHECK(evaluate(no_errors(), report).holds);
  report.tally.foreign = 1;
  CHECK_FALSE(evaluate(no_errors(), report).holds);
  CHECK(evaluate(no_errors(), report).found == "1");
}
