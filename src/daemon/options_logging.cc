// The chapter of the option table on the log.
#include "daemon/option_values.h"

namespace grotto {
namespace {

std::optional<std::string> set_log_file(Settings& settings, const Texts& texts) {
  const std::string& path = texts.front();
  if (!is_path(path)) return "the path of a file";
  settings.log.file = path;
  return std::nullopt;
}

}  // namespace

void add_logging_options(std::vector<Option>& table) {
  constexpr auto kGroup = OptionGroup::logging;
  table.push_back({"log-file", "PATH", kGroup, OptionKind::text, "",
                   "Append the log to this file; SIGUSR1 opens it anew", "standard error",
                   set_log_file, [](const Settings& s) { return toml_string(s.log.file); }});
  table.push_back(limit_count(
      "log-ends", "lines per second",
      "Ended connections with a log line each, of each reason; beyond it one, and the count",
      [](Settings& s) -> std::size_t& { return s.limits.ends_logged_per_second; }, 1, 1'000'000,
      kGroup));
  table.push_back(limit_count(
      "log-refusals", "lines per second",
      "Refusals, bans and the like with a log line each, of each kind and worker; beyond it the "
      "count",
      [](Settings& s) -> std::size_t& { return s.limits.refusals_logged_per_second; }, 1, 1'000'000,
      kGroup));
  table.push_back(choice({"log-format",
                          "text|json",
                          kGroup,
                          OptionKind::text,
                          "",
                          "Log lines for people, or a JSON object each for programs",
                          "",
                          {},
                          {}},
                         [](Settings& s) -> LogFormat& { return s.log.format; },
                         {{"text", LogFormat::text}, {"json", LogFormat::json}}));
  table.push_back(choice({"log-level",
                          "debug|info|warning|error|off",
                          kGroup,
                          OptionKind::text,
                          "",
                          "The least that is logged; what people say never above debug",
                          "",
                          {},
                          {}},
                         [](Settings& s) -> LogLevel& { return s.log.level; },
                         {{"debug", LogLevel::debug},
                          {"info", LogLevel::info},
                          {"warning", LogLevel::warning},
                          {"error", LogLevel::error},
                          {"off", LogLevel::off}}));
}

}  // namespace grotto
