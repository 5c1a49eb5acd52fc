#include "load/command_line.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>

#include "base/address.h"
#include "base/escape.h"
#include "base/numbers.h"
#include "load/dialect/dialect.h"
#include "load/result/report_file.h"
#include "load/result/units.h"
#include "net/tls_context.h"

namespace grotto::load {

namespace {

constexpr int kUsage = 64;

/// What one datagram holds, over IPv4.
constexpr std::size_t kDatagramBytesMax = 65'507;

/// The options that were given, as texts.
class Given {
 public:
  void add(const std::string& name, CLI::Option* option) { options_[name] = option; }
  [[nodiscard]] bool has(const std::string& name) const { return options_.at(name)->count() > 0; }
  [[nodiscard]] std::vector<std::string> all(const std::string& name) const {
    return options_.at(name)->results();
  }
  [[nodiscard]] std::string text(const std::string& name) const {
    return has(name) ? all(name).back() : std::string();
  }
  [[nodiscard]] const std::map<std::string, CLI::Option*>& options() const { return options_; }

 private:
  std::map<std::string, CLI::Option*> options_;
};

Error usage(std::string sentence) {
  return {std::move(sentence), kUsage};
}

template <class Number>
Result<Done> read_count(const Given& given, const std::string& name, std::uint64_t most,
                        Number& number) {
  if (!given.has(name)) return Done{};
  const std::string text = given.text(name);
  const auto read = parse_whole(text);
  if (!read || *read == 0 || *read > most) {
    return usage(
        fmt::format("--{} \"{}\" is no number of them: expected 1 to {}", name, text, most));
  }
  number = static_cast<Number>(*read);
  return Done{};
}

Result<Done> read_rate(const Given& given, const std::string& name, double& rate) {
  if (!given.has(name)) return Done{};
  const auto read = parse_decimal(given.text(name));
  if (!read || *read <= 0 || *read > 1e9) {
    return usage(fmt::format("--{} \"{}\" is no rate: expected a number above 0, per second", name,
                             given.text(name)));
  }
  rate = *read;
  return Done{};
}

Result<Done> read_duration(const Given& given, const std::string& name, bool may_be_zero,
                           std::uint64_t& ns) {
  if (!given.has(name)) return Done{};
  const auto read = parse_duration_ns(given.text(name));
  if (!read) return usage(fmt::format("--{}: {}", name, read.error().sentence));
  if (*read == 0 && !may_be_zero)
    return usage(fmt::format("--{} \"{}\": expected more than nothing", name, given.text(name)));
  ns = *read;
  return Done{};
}

/// "127.0.0.2-127.0.0.9", "127.0.0.2", "::1": each address is a source, its port chosen by the
/// system.
Result<std::vector<Endpoint>> read_sources(const std::string& text) {
  const Error error = usage(fmt::format(
      "--source \"{}\" is no range of addresses: expected 127.0.0.2-127.0.0.9 or one address",
      text));
  std::vector<Endpoint> sources;
  const std::size_t dash = text.find('-');
  const std::string first = text.substr(0, dash);
  in_addr from{};
  if (::inet_pton(AF_INET, first.c_str(), &from) != 1) {
    in6_addr six{};
    if (dash != std::string::npos || ::inet_pton(AF_INET6, text.c_str(), &six) != 1) return error;
    const auto endpoint = Endpoint::resolve("[" + text + "]:0", SOCK_STREAM);
    if (!endpoint) return error;
    return std::vector<Endpoint>{*endpoint};
  }
  in_addr to = from;
  if (dash != std::string::npos && ::inet_pton(AF_INET, text.substr(dash + 1).c_str(), &to) != 1)
    return error;
  const std::uint32_t begin = ntohl(from.s_addr);
  const std::uint32_t end = ntohl(to.s_addr);
  constexpr std::uint32_t kSourcesMax = 65'536;
  if (end < begin || end - begin >= kSourcesMax) return error;
  for (std::uint32_t each = begin; each <= end; ++each) {
    const in_addr address{.s_addr = htonl(each)};
    std::array<char, INET_ADDRSTRLEN> shown{};
    ::inet_ntop(AF_INET, &address, shown.data(), shown.size());
    const auto endpoint = Endpoint::resolve(std::string(shown.data()) + ":0", SOCK_STREAM);
    if (!endpoint) return error;
    sources.push_back(*endpoint);
  }
  return sources;
}

/// A datagram is a line, to an address with a port.
Result<Done> check_datagrams(const LoadOptions& options) {
  if (!options.is_udp) return Done{};
  if (options.dialect != "line" && options.dialect != "grotto")
    return usage(
        fmt::format("--udp sends lines: --dialect {} does not go with it", options.dialect));
  if (options.endpoint.is_unix())
    return usage(
        fmt::format("--udp needs HOST:PORT or [IPV6]:PORT, and \"{}\" is neither", options.target));
  if (options.sizes.most() > kDatagramBytesMax)
    return usage(
        fmt::format("--size \"{}\" is too long for --udp: a datagram holds at most {} bytes",
                    options.sizes_text, kDatagramBytesMax));
  return Done{};
}

Result<Done> read_target(const Given& given, const std::string& text, LoadOptions& options) {
  options.target = text;
  const auto endpoint = Endpoint::resolve(text, options.is_udp ? SOCK_DGRAM : SOCK_STREAM);
  if (!endpoint) {
    return endpoint.error().exit_status == kUsage
               ? usage(fmt::format(
                     "\"{}\" is no target: expected HOST:PORT, [IPV6]:PORT or unix:PATH", text))
               : usage(endpoint.error().sentence);
  }
  options.endpoint = *endpoint;
  if (endpoint->is_unix()) return Done{};
  const Address address = Address::from(*endpoint->address());
  if (address.port() == 0)
    return usage(fmt::format("\"{}\" is no target: nobody listens on port 0", text));
  if (!address.is_loopback() && !given.has("yes-i-own-this-server")) {
    return usage(
        fmt::format("{} is not on this machine's loopback: say --yes-i-own-this-server if you may "
                    "put load on it",
                    text));
  }
  return Done{};
}

Result<Done> read_workload(const Given& given, const std::vector<std::string>& words,
                           LoadOptions& options) {
  const auto workload = workload_of(words[0]);
  if (!workload) {
    return usage(
        fmt::format("\"{}\" is no workload: expected echo, fanout, chat, idle, churn or slow (or "
                    "compare, report)",
                    words[0]));
  }
  options.workload = *workload;
  if (words.size() < 2)
    return usage(fmt::format("{} needs a target: HOST:PORT, [IPV6]:PORT or unix:PATH", words[0]));
  if (words.size() > 2)
    return usage(
        fmt::format("\"{}\" is one word too many: expected a workload and a target", words[2]));
  options.is_udp = given.has("udp");
  if (options.is_udp && *workload != Workload::echo) return usage("--udp goes with echo only");
  if (given.has("tls")) {
    if (options.is_udp) return usage("--tls is for streams: it does not go with --udp");
    auto tls = TlsContext::for_client({.ca_file = {}, .trusts_anyone = true});
    if (!tls) return tls.error();
    options.tls = std::move(*tls);
  }
  options.is_busy_polling = given.has("busy-poll");
  options.dialect = options.is_room() ? "grotto" : "line";
  if (given.has("dialect")) {
    options.dialect = given.text("dialect");
    const auto& known = dialect_names();
    if (std::find(known.begin(), known.end(), options.dialect) == known.end()) {
      return usage(fmt::format(
          "\"{}\" is no dialect: expected line, grotto, redis, nats, irc or ws", options.dialect));
    }
  }
  options.room = given.text("room");
  if (!options.room.empty() && (options.dialect != "grotto" || !options.is_room()))
    return usage("--room goes with fanout, chat and slow on grotto only");
  return Done{};
}

Result<Done> read_numbers(const Given& given, LoadOptions& options) {
  constexpr std::uint64_t kMany = kMembersMax;
  const auto steps = {
      [&] { return read_count(given, "connections", kMany, options.connections); }(),
      [&] { return read_count(given, "threads", 256, options.threads); }(),
      [&] { return read_count(given, "publishers", kMany, options.publishers); }(),
      [&] { return read_count(given, "depth", 65'536, options.depth); }(),
      [&] { return read_count(given, "burst", 65'536, options.burst); }(),
      [&] { return read_count(given, "count", std::uint64_t{1} << 40U, options.count); }(),
      [&] { return read_rate(given, "rate", options.rate); }(),
      [&] { return read_rate(given, "connect-rate", options.connect_rate); }(),
      [&] { return read_duration(given, "duration", false, options.duration_ns); }(),
      [&] { return read_duration(given, "warmup", true, options.warmup_ns); }(),
      [&] { return read_duration(given, "timeout", false, options.timeout_ns); }(),
      [&] { return read_duration(given, "interval", false, options.interval_ns); }(),
  };
  for (const auto& step : steps) {
    if (!step) return step.error();
  }
  if (given.has("depth") && given.has("rate")) {
    return usage("--depth is of a closed loop and --rate of an open one: give one of them");
  }
  if (given.has("count") && given.has("duration"))
    return usage("--count and --duration both say when to end: give one of them");
  if (given.has("publishers") && options.workload != Workload::fanout &&
      options.workload != Workload::slow) {
    return usage("--publishers goes with fanout and slow only");
  }
  if (options.workload == Workload::slow) options.slow_readers = 10;
  if (auto done = read_count(given, "slow-readers", kMany, options.slow_readers); !done)
    return done.error();
  if ((given.has("slow-readers") || given.has("readers")) && options.workload != Workload::slow) {
    return usage("--readers and --slow-readers go with slow only");
  }
  if (options.members() > kMembersMax) {
    return usage(
        fmt::format("{} connections are too many: at most {}", options.members(), kMembersMax));
  }
  options.threads = std::min(options.threads, options.members());
  if (given.has("ramp")) {
    std::uint64_t ramp_ns = 0;
    if (auto done = read_duration(given, "ramp", true, ramp_ns); !done) return done.error();
    if (given.has("connect-rate"))
      return usage("--ramp and --connect-rate both say how fast to connect: give one of them");
    if (ramp_ns > 0)
      options.connect_rate = options.members() / (static_cast<double>(ramp_ns) / 1e9);
  }
  return Done{};
}

Result<Done> read_the_rest(const Given& given, LoadOptions& options) {
  if (given.has("size")) {
    const auto sizes = LineSizes::parse(given.text("size"));
    if (!sizes) return sizes.error();
    options.sizes = *sizes;
    options.sizes_text = given.text("size");
  }
  if (given.has("readers")) {
    const std::string kind = given.text("readers");
    if (kind != "stall" && kind != "drip" && kind != "byte") {
      return usage(fmt::format(
          "--readers \"{}\" is no way to read slowly: expected stall, drip or byte", kind));
    }
    options.slow_kind = kind == "stall"  ? SlowKind::stall
                        : kind == "drip" ? SlowKind::drip
                                         : SlowKind::byte;
  }
  if (given.has("source")) {
    auto sources = read_sources(given.text("source"));
    if (!sources) return sources.error();
    options.sources = std::move(*sources);
  }
  if (given.has("pid")) {
    std::uint64_t pid = 0;
    if (auto done = read_count(given, "pid", 1U << 30U, pid); !done) return done.error();
    options.pid = static_cast<int>(pid);
  }
  return Done{};
}

Result<Done> read_judgement(const Given& given, CommandLine& line) {
  const Setting setting{.is_open_loop = line.options.is_open_loop() || given.has("find-max"),
                        .has_server_pid = line.options.pid.has_value()};
  for (const std::string& text : given.all("assert")) {
    const auto assertion = parse_assertion(text);
    if (!assertion) return assertion.error();
    if (auto done = check_setting(*assertion, setting); !done) return done.error();
    line.assertions.push_back(*assertion);
  }
  if (given.has("find-max")) {
    const auto assertion = parse_find_max(given.text("find-max"));
    if (!assertion) return assertion.error();
    if (auto done = check_setting(*assertion, setting); !done) return done.error();
    if (given.has("depth"))
      return usage("--find-max looks for a rate: --depth is of a closed loop");
    if (given.has("count"))
      return usage(
          "--find-max makes many runs of one --duration each: --count does not go with it");
    line.find_max = *assertion;
  }
  return Done{};
}

Result<Done> read_outputs(const Given& given, CommandLine& line) {
  int on_standard_output = 0;
  for (const char* kind : {"json", "csv", "hgrm", "html"}) {
    if (!given.has(kind)) continue;
    const std::string path = given.text(kind);
    if (path == "-" && ++on_standard_output > 1)
      return usage("only one of --json, --csv, --hgrm and --html can go to standard output");
    if (auto done = check_report_file(path); !done) return done.error();
    line.outputs.emplace_back(kind, path);
  }
  return Done{};
}

Result<Done> read_files(const Given& given, const std::vector<std::string>& words,
                        CommandLine& line) {
  line.files.assign(words.begin() + 1, words.end());
  if (line.act == Act::compare && line.files.size() != 2)
    return usage("compare needs two result files: compare A.json B.json");
  if (line.act == Act::report && (line.files.empty() || !given.has("html"))) {
    return usage(
        "report needs result files and where the page goes: report RUN.json … --html FILE");
  }
  return read_outputs(given, line);
}

std::string repeated(int argc, const char* const* argv) {
  std::string command = "grotto-load";
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const bool is_plain =
        !word.empty() && word.find_first_not_of(
                             "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                             "-_./:=,@%+") == std::string::npos;
    if (is_plain) {
      command += ' ' + word;
      continue;
    }
    command += " '";
    for (const char byte : word)
      command += byte == '\'' ? std::string("'\\''") : std::string(1, byte);
    command += '\'';
  }
  return command;
}

}  // namespace

std::string CommandLine::output(std::string_view kind) const {
  for (const auto& [name, path] : outputs) {
    if (name == kind) return path;
  }
  return {};
}

bool CommandLine::uses_standard_output() const {
  return std::any_of(outputs.begin(), outputs.end(),
                     [](const auto& each) { return each.second == "-"; });
}

Result<CommandLine> parse_command_line(int argc, const char* const* argv) {
  CLI::App app("", "grotto-load");
  app.set_help_flag();
  Given given;
  std::vector<std::string> words;
  app.add_option("words", words);
  const std::pair<const char*, const char*> valued[] = {
      {"dialect", ""},      {"connections", "-c,"},
      {"threads", "-t,"},   {"duration", "-d,"},
      {"count", ""},        {"rate", "-R,"},
      {"depth", ""},        {"burst", ""},
      {"publishers", ""},   {"size", ""},
      {"connect-rate", ""}, {"ramp", ""},
      {"warmup", ""},       {"timeout", ""},
      {"source", ""},       {"pid", ""},
      {"readers", ""},      {"slow-readers", ""},
      {"interval", ""},     {"json", ""},
      {"csv", ""},          {"hgrm", ""},
      {"html", ""},         {"assert", ""},
      {"find-max", ""},     {"room", ""}};
  for (const auto& [name, letter] : valued) {
    CLI::Option* const option = app.add_option(std::string(letter) + "--" + name);
    option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->expected(1)
        ->allow_extra_args(false);
    given.add(name, option);
  }
  for (const char* name : {"udp", "tls", "busy-poll", "quiet", "yes-i-own-this-server"})
    given.add(name, app.add_flag(std::string("--") + name));
  given.add("help", app.add_flag("-h,--help"));
  given.add("version", app.add_flag("-V,--version"));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return usage(fmt::format("{} (see --help)", escaped(error.what())));
  }
  CommandLine line;
  line.repeated = repeated(argc, argv);
  line.is_quiet = given.has("quiet");
  if (given.has("help")) return line.act = Act::help, line;
  if (given.has("version")) return line.act = Act::version, line;
  if (words.empty())
    return usage(
        "a workload and a target are expected, as in grotto-load echo 127.0.0.1:5001 (see --help)");
  for (const auto& [name, option] : given.options()) {
    if (name != "assert" && option->results().size() > 1 && option->get_expected_min() > 0) {
      return usage(
          fmt::format("--{} is given {} times; once is enough", name, option->results().size()));
    }
  }
  if (words[0] == "compare" || words[0] == "report") {
    line.act = words[0] == "compare" ? Act::compare : Act::report;
    if (auto done = read_files(given, words, line); !done) return done.error();
    return line;
  }
  if (auto done = read_workload(given, words, line.options); !done) return done.error();
  if (auto done = read_numbers(given, line.options); !done) return done.error();
  if (auto done = read_the_rest(given, line.options); !done) return done.error();
  if (auto done = read_judgement(given, line); !done) return done.error();
  if (auto done = read_target(given, words[1], line.options); !done) return done.error();
  if (auto done = check_datagrams(line.options); !done) return done.error();
  if (auto done = read_outputs(given, line); !done) return done.error();
  return line;
}

}  // namespace grotto::load
