#include "client/settings/paths.h"

#include <cctype>
#include <cstdlib>

namespace grotto::client {

namespace {

/// The folder of that variable, or `below` of the home; empty without either. (A relative path
/// there is no answer, says the XDG specification.)
std::string folder(const Environment& environment, const std::string& variable,
                   const std::string& below) {
  const auto set = environment(variable);
  if (set && set->starts_with('/')) return *set;
  const auto home = environment("HOME");
  return home && home->starts_with('/') ? *home + below : std::string();
}

}  // namespace

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): no other thread runs yet.
    const char* const value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
}

Paths Paths::of(const Environment& environment) {
  Paths paths;
  const std::string config = folder(environment, "XDG_CONFIG_HOME", "/.config");
  if (!config.empty()) paths.config_file = config + "/grotto/client.toml";
  const std::string state = folder(environment, "XDG_STATE_HOME", "/.local/state");
  if (!state.empty()) paths.state_folder = state + "/grotto-client";
  return paths;
}

std::string Paths::history_file() const {
  return state_folder.empty() ? std::string() : state_folder + "/history";
}

std::string Paths::token_file(const std::string& server) const {
  if (state_folder.empty()) return {};
  std::string name;
  for (const char c : server) {
    const bool is_plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-';
    name += is_plain ? c : '_';
  }
  return state_folder + "/token-" + name;
}

}  // namespace grotto::client
