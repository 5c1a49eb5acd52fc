#include "daemon/config.h"

#include <fmt/format.h>
#include <sysexits.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <thread>
#include <utility>

#include "base/escape.h"
#include "daemon/bot_options.h"
#include "daemon/config_file.h"
#include "daemon/open_tls.h"
#include "daemon/values.h"

namespace grotto {
namespace {

enum class Source : std::uint8_t { file, environment, flag };

/// Who set which key last.
class Layers {
 public:
  Layers(const ProgramKind& program, const std::vector<Option>& table, Settings& settings)
      : program_(program), table_(table), settings_(settings) {}

  Result<Done> add_file(const std::string& path);
  Result<Done> add_environment(const Environment& environment);
  Result<Done> add_flags(const std::map<std::string, Texts>& given);
  /// What follows from the whole, and faults that only the whole can have.
  Result<Done> resolve();

 private:
  [[nodiscard]] bool is_set(const std::string& key, Source least) const {
    const auto found = winners_.find(key);
    return found != winners_.end() && found->second >= least;
  }
  [[nodiscard]] Error conflict(const std::string& key, std::string sentence) const {
    return {std::move(sentence), is_set(key, Source::flag) ? EX_USAGE : EX_CONFIG};
  }
  Result<Done> resolve_listeners();
  Result<Done> check_listeners() const;
  Result<Done> check_limits() const;
  Result<Done> check_bots() const;
  Result<Done> check_questions() const;
  Result<Done> check_tls() const;

  const ProgramKind& program_;
  const std::vector<Option>& table_;
  Settings& settings_;
  std::map<std::string, Source> winners_;
};

std::string shown(const Texts& texts) {
  return escaped(fmt::format("\"{}\"", fmt::join(texts, ",")));
}

Result<Done> Layers::add_file(const std::string& path) {
  auto keys = read_config_file(path, program_, table_, settings_);
  if (!keys) return keys.error();
  for (const std::string& key : *keys) winners_[key] = Source::file;
  return Done{};
}

Result<Done> Layers::add_environment(const Environment& environment) {
  for (const Option& option : table_) {
    const auto value = environment(option.variable());
    if (!value) continue;
    const Texts texts = option.is_list() ? split_list(*value) : Texts{*value};
    if (const auto what = option.set(settings_, texts)) {
      return Error{fmt::format("{}: expected {}, not {}.", option.variable(), *what, shown(texts)),
                   EX_CONFIG};
    }
    winners_[option.key()] = Source::environment;
  }
  return Done{};
}

Result<Done> Layers::add_flags(const std::map<std::string, Texts>& given) {
  for (const Option& option : table_) {
    const auto found = given.find(std::string(option.flag));
    if (found == given.end()) continue;
    if (const auto what = option.set(settings_, found->second)) {
      const std::string name =
          option.is_word() ? std::string(option.flag) : fmt::format("--{}", option.flag);
      return Error{fmt::format("{}: expected {}, not {}.", name, *what, shown(found->second)),
                   EX_USAGE};
    }
    winners_[option.key()] = Source::flag;
  }
  return Done{};
}

Result<Done> Layers::resolve_listeners() {
  // A stronger source's list replaces the weaker one's, and tables are the file's.
  if (is_set("listen", Source::environment)) settings_.listeners.clear();
  if (!settings_.listeners.empty() && !is_set("listen", Source::file)) settings_.listen.clear();
  if (settings_.port) {
    if (settings_.listen.empty()) {
      return conflict("port", "--port changes --listen only, and the file has its own listeners.");
    }
    for (std::string& endpoint : settings_.listen) endpoint = with_port(endpoint, *settings_.port);
    settings_.port.reset();
  }
  for (ListenerSettings& listener : settings_.listeners) {
    if (listener.service.empty()) listener.service = settings_.service;
  }
  return Done{};
}

Result<Done> Layers::check_listeners() const {
  const auto listeners = all_listeners(settings_);
  std::set<std::string> seen;
  for (const ListenerSettings& listener : listeners) {
    if (listener.endpoint.ends_with(":0")) continue;
    if (!seen.insert(listener.endpoint).second) {
      return conflict("listen", fmt::format("{} is listed twice to listen on.", listener.endpoint));
    }
  }
  if (!settings_.admin.ends_with(":0") && seen.contains(settings_.admin)) {
    return conflict("admin", fmt::format("{} is listed twice to listen on.", settings_.admin));
  }
  const bool has_echo = std::any_of(listeners.begin(), listeners.end(), [](const auto& listener) {
    return listener.service == "echo";
  });
  if (settings_.udp && !has_echo) {
    return conflict("udp", "--udp works with the echo service only: grottod echo --udp.");
  }
  return Done{};
}

Result<Done> Layers::check_limits() const {
  const Limits& limits = settings_.limits;
  if (limits.window_bytes_min > limits.window_bytes_max) {
    return conflict("window_bytes_min",
                    fmt::format("--window-bytes-min ({}) is more than --window-bytes-max ({}).",
                                limits.window_bytes_min, limits.window_bytes_max));
  }
  if (limits.outbox_bytes_busy > limits.outbox_bytes_max) {
    return conflict("outbox_bytes_busy",
                    fmt::format("--outbox-bytes-busy ({}) is more than --outbox-bytes-max ({}).",
                                limits.outbox_bytes_busy, limits.outbox_bytes_max));
  }
  if (limits.pending_bytes_max < limits.line_bytes_max) {
    return conflict("line_bytes_max",
                    fmt::format("--line-bytes-max ({}) is more than --pending-bytes-max ({}).",
                                limits.line_bytes_max, limits.pending_bytes_max));
  }
  if (limits.accept_pause_ms > limits.accept_pause_max_ms) {
    return conflict("accept_pause",
                    fmt::format("--accept-pause ({} ms) is more than --accept-pause-max ({} ms).",
                                limits.accept_pause_ms, limits.accept_pause_max_ms));
  }
  return Done{};
}

Result<Done> Layers::check_bots() const {
  if (auto fault = fault_of_bots(settings_)) return conflict("bot", std::move(*fault));
  return Done{};
}

Result<Done> Layers::check_questions() const {
  const auto listeners = all_listeners(settings_);
  const bool has_prompt = std::any_of(listeners.begin(), listeners.end(),
                                      [](const auto& each) { return each.service == "prompt"; });
  if (has_prompt && settings_.script.empty()) {
    return conflict("service", "prompt needs a script: grottod prompt FILE.toml");
  }
  for (const std::string key : {"script", "answers", "host_key_file"}) {
    if (has_prompt || !is_set(key, Source::environment)) continue;
    return conflict(key, fmt::format("{} works with the prompt service only: grottod prompt "
                                     "FILE.toml",
                                     key == "script"    ? "A script"
                                     : key == "answers" ? "--answers"
                                                        : "--host-key-file"));
  }
  return Done{};
}

Result<Done> Layers::check_tls() const {
  const auto fault = fault_of_tls(settings_);
  if (!fault) return Done{};
  for (const std::string key : {"tls_cert", "tls_key", "self_signed", "doors"}) {
    if (is_set(key, Source::flag)) return Error{*fault, EX_USAGE};
  }
  return conflict("tls", *fault);
}

Result<Done> Layers::resolve() {
  if (auto done = resolve_listeners(); !done) return done;
  if (auto done = check_listeners(); !done) return done;
  if (auto done = check_limits(); !done) return done;
  if (auto done = check_bots(); !done) return done;
  if (auto done = check_questions(); !done) return done;
  if (auto done = check_tls(); !done) return done;
  if (settings_.workers == 0) {
    settings_.workers = std::clamp(std::thread::hardware_concurrency(), 1U, 256U);
  }
  return Done{};
}

}  // namespace

std::vector<ListenerSettings> all_listeners(const Settings& settings) {
  std::vector<ListenerSettings> result;
  result.reserve(settings.listen.size() + settings.listeners.size());
  for (const std::string& endpoint : settings.listen) {
    result.push_back({settings.service, endpoint, settings.doors, false});
  }
  for (ListenerSettings listener : settings.listeners) {
    if (listener.doors.empty()) listener.doors = settings.doors;
    result.push_back(std::move(listener));
  }
  return result;
}

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): no other thread runs yet.
    const char* const value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
}

Result<Config> load_config(const ProgramKind& program, int argc, const char* const* argv,
                           const Environment& environment) {
  const std::vector<Option> table = option_table(program);
  auto line = parse_command_line(program, table, argc, argv);
  if (!line) return line.error();
  Config config;
  config.act = line->act;
  config.settings.service = program.services.front();
  if (line->act == Act::help || line->act == Act::version) return config;

  const bool is_of_script = line->act == Act::check_script || line->act == Act::preview;
  if (is_of_script) config.settings.service = "prompt";
  Layers layers(program, table, config.settings);
  std::string file = line->config_file;
  if (file.empty()) file = environment("GROTTO_CONFIG").value_or("");
  if (!file.empty()) {
    if (auto done = layers.add_file(file); !done) return done.error();
  }
  if (auto done = layers.add_environment(environment); !done) return done.error();
  if (auto done = layers.add_flags(line->given); !done) return done.error();
  if (auto done = layers.resolve(); !done) return done.error();
  return config;
}

}  // namespace grotto
