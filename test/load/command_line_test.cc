#include "load/command_line.h"

#include <doctest/doctest.h>

#include <sstream>
#include <string>
#include <vector>

using namespace grotto::load;  // NOLINT: a test of one module
using grotto::Result;

namespace {

Result<CommandLine> parsed(const std::string& words) {
  std::istringstream in(words);
  std::vector<std::string> list{"grotto-load"};
  for (std::string word; in >> word;) list.push_back(word);
  std::vector<const char*> arguments;
  for (const std::string& each : list) arguments.push_back(each.c_str());
  return parse_command_line(static_cast<int>(arguments.size()), arguments.data());
}

CommandLine read(const std::string& words) {
  auto line = parsed(words);
  CAPTURE(words);
  if (!line) FAIL(line.error().sentence);
  return std::move(*line);
}

constexpr const char* kTarget = " 127.0.0.1:9 ";

}  // namespace

TEST_CASE("CommandLine: without options the defaults of the help hold") {
  const CommandLine line = read("echo 127.0.0.1:9");
  CHECK(line.act == Act::run);
  CHECK(line.options.workload == Workload::echo);
  CHECK(line.options.dialect == "line");
  CHECK(line.options.connections == 50);
  CHECK(line.options.threads == 1);
  CHECK(line.options.depth == 1);
  CHECK_FALSE(line.options.is_open_loop());
  CHECK(line.options.duration_ns == 10'000'000'000);
  CHECK(line.options.warmup_ns == 1'000'000'000);
  CHECK(line.options.timeout_ns == 10'000'000'000);
  CHECK_FALSE(line.is_quiet);
  CHECK(line.repeated == "grotto-load echo 127.0.0.1:9");
  CHECK(read("fanout 127.0.0.1:9").options.dialect == "grotto");
  CHECK(read("churn 127.0.0.1:9").options.dialect == "line");
  CHECK(read("slow 127.0.0.1:9").options.slow_readers == 10);
}

TEST_CASE("CommandLine: each option is taken") {
  const LoadOptions options =
      read(
          "slow 127.0.0.1:9 --dialect redis -c 7 -t 2 --publishers 3 --slow-readers 4 --readers "
          "drip --count 99 --depth 5 --burst 6 --size 64-128 --warmup 0s --timeout 2s --interval "
          "500ms --ramp 2s --source 127.0.0.2-127.0.0.9 --pid 1")
          .options;
  CHECK(options.dialect == "redis");
  CHECK(options.connections == 7);
  CHECK(options.threads == 2);
  CHECK(options.publishers == 3);
  CHECK(options.slow_readers == 4);
  CHECK(options.slow_kind == SlowKind::drip);
  CHECK(options.count == 99);
  CHECK(options.depth == 5);
  CHECK(options.burst == 6);
  CHECK(options.sizes.most() == 128);
  CHECK(options.warmup_ns == 0);
  CHECK(options.timeout_ns == 2'000'000'000);
  CHECK(options.interval_ns == 500'000'000);
  CHECK(options.connect_rate == doctest::Approx(7));  // 14 members in 2 s
  CHECK(options.sources.size() == 8);
  CHECK(options.pid == 1);
  CHECK(read("echo 127.0.0.1:9 -R 250.5 -d 3m").options.rate == 250.5);
  CHECK(read("echo 127.0.0.1:9 -d 3m").options.duration_ns == 180'000'000'000);
  CHECK(read("echo 127.0.0.1:9 --connect-rate 30").options.connect_rate == 30);
  CHECK(read("echo 127.0.0.1:9 --source ::1").options.sources.size() == 1);
  CHECK(read("slow 127.0.0.1:9 --readers byte").options.slow_kind == SlowKind::byte);
  CHECK(read("slow 127.0.0.1:9 --readers stall").options.slow_kind == SlowKind::stall);
  CHECK(read("echo 127.0.0.1:9 --udp").options.is_udp);
  CHECK(read("echo 192.0.2.1:9 --yes-i-own-this-server").options.target == "192.0.2.1:9");
  CHECK(read("echo unix:/tmp/s").options.endpoint.is_unix());
  CHECK(read("echo 127.0.0.1:9 -c 2 -t 8").options.threads == 2);
  const CommandLine judged =
      read("echo 127.0.0.1:9 --quiet --assert lost==0 --assert p99<1ms --json - --csv /dev/null");
  CHECK(judged.is_quiet);
  CHECK(judged.assertions.size() == 2);
  CHECK(judged.uses_standard_output());
  CHECK(judged.output("csv") == "/dev/null");
  CHECK(judged.output("html").empty());
  CHECK(read("echo 127.0.0.1:9 --find-max p99<5ms").find_max.has_value());
}

TEST_CASE("CommandLine: help, version, compare and report are acts of their own") {
  CHECK(read("--help").act == Act::help);
  CHECK(read("-V").act == Act::version);
  CHECK(read("compare a.json b.json").act == Act::compare);
  const CommandLine report = read("report a.json b.json --html /dev/null");
  CHECK(report.act == Act::report);
  CHECK(report.files == std::vector<std::string>{"a.json", "b.json"});
  std::istringstream help(help_text());
  for (std::string line; std::getline(help, line);) CHECK(line.size() <= 100);
}

TEST_CASE("CommandLine: the command is repeated so that it can be pasted") {
  const char* const words[] = {"grotto-load", "echo",   "127.0.0.1:9", "--assert",
                               "p99<2ms",     "--json", "/dev/null"};
  const auto line = parse_command_line(7, words);
  REQUIRE(line);
  CHECK(line->repeated == "grotto-load echo 127.0.0.1:9 --assert 'p99<2ms' --json /dev/null");
  const char* const quoted[] = {"grotto-load", "compare", "it's.json", ""};
  const auto other = parse_command_line(4, quoted);
  REQUIRE(other);
  CHECK(other->repeated == "grotto-load compare 'it'\\''s.json' ''");
}

TEST_CASE("CommandLine: every mistake is one sentence that names it, and status 64") {
  struct Mistake {
    std::string words;
    const char* named;
  };
  const std::string echo = std::string("echo") + kTarget;
  const std::string fanout = std::string("fanout") + kTarget;
  const std::string slow = std::string("slow") + kTarget;
  for (const Mistake& each : std::vector<Mistake>{
           {"", "workload"},
           {"echo", "target"},
           {"telepathy 127.0.0.1:9", "telepathy"},
           {echo + "more", "more"},
           {echo + "--frobnicate", "--frobnicate"},
           {echo + "--dialect gopher", "gopher"},
           {echo + "-c 0", "--connections"},
           {echo + "-c 5x", "5x"},
           {echo + "-c 999999999", "200000"},
           {echo + "-t 257", "256"},
           {echo + "-c 5 -c 6", "once"},
           {echo + "--depth 4 --rate 100", "--rate"},
           {echo + "--count 4 --duration 1s", "--duration"},
           {echo + "--rate 0", "--rate"},
           {echo + "--rate=-5", "-5"},
           {echo + "--rate 1e9", "1e9"},
           {echo + "--connect-rate x", "--connect-rate"},
           {echo + "--connect-rate 5 --ramp 1s", "--ramp"},
           {echo + "--ramp soon", "soon"},
           {echo + "-d 0s", "--duration"},
           {echo + "-d soon", "soon"},
           {echo + "--timeout 0", "--timeout"},
           {echo + "--interval 0", "--interval"},
           {echo + "--publishers 2", "--publishers"},
           {fanout + "--slow-readers 2", "slow"},
           {fanout + "--readers drip", "slow"},
           {fanout + "-c 200000 --publishers 5", "200005"},
           {slow + "--readers sometimes", "sometimes"},
           {slow + "--slow-readers 0", "--slow-readers"},
           {echo + "--size 16", "16"},
           {echo + "--source localhorst", "localhorst"},
           {echo + "--source 127.0.0.9-127.0.0.2", "127.0.0.9-127.0.0.2"},
           {echo + "--source ::1-::2", "::1-::2"},
           {echo + "--source 10.0.0.0-10.255.0.0", "10.0.0.0"},
           {echo + "--pid x", "--pid"},
           {echo + "--assert nonsense<3", "nonsense"},
           {echo + "--assert lag.p99<1ms", "lag"},
           {echo + "--find-max p99>5ms", "p99>5ms"},
           {echo + "--find-max server_cpu_us_per_message<5", "--pid"},
           {echo + "--find-max p99<5ms --depth 4", "--depth"},
           {echo + "--find-max p99<5ms --count 4", "--count"},
           {echo + "--json - --csv -", "standard output"},
           {"echo 127.0.0.1", "127.0.0.1"},
           {"echo 127.0.0.1:0", "port 0"},
           {"echo no..such..host:9", "no..such..host"},
           {"echo 192.0.2.1:9", "--yes-i-own-this-server"},
           {fanout + "--udp", "--udp"},
           {echo + "--udp --dialect nats", "nats"},
           {echo + "--udp --size 65536", "65507"},
           {"echo unix:/tmp/s --udp", "unix:/tmp/s"},
           {"compare a.json", "two"},
           {"compare a.json b.json c.json", "two"},
           {"report --html /dev/null", "report"},
           {"report a.json", "--html"},
       }) {
    const auto line = parsed(each.words);
    CAPTURE(each.words);
    REQUIRE_FALSE(line);
    const std::string& sentence = line.error().sentence;
    CAPTURE(sentence);
    CHECK(line.error().exit_status == 64);
    CHECK(sentence.find(each.named) != std::string::npos);
    CHECK(sentence.find('\n') == std::string::npos);
  }
}

TEST_CASE("CommandLine: an output that cannot be written is refused before the run") {
  const auto line = parsed(std::string("echo") + kTarget + "--json /nowhere/run.json");
  REQUIRE_FALSE(line);
  CHECK(line.error().sentence.find("/nowhere/run.json") != std::string::npos);
}
