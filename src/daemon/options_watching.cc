// The chapter of the option table on who watches the server.
#include "base/numbers.h"
#include "daemon/option_values.h"

namespace grotto {
namespace {

/// A port alone is one of this machine.
std::optional<std::string> set_admin(Settings& settings, const Texts& texts) {
  const std::string& text = texts.front();
  const auto port = parse_whole(text);
  const std::string endpoint = port ? "127.0.0.1:" + text : text;
  if (!endpoint.empty() && !is_endpoint(endpoint)) {
    return "HOST:PORT, [IPV6]:PORT, unix:PATH, or a port of this machine, from 0 to 65535";
  }
  settings.admin = endpoint;
  return std::nullopt;
}

}  // namespace

void add_watching_options(std::vector<Option>& table) {
  constexpr auto kGroup = OptionGroup::watching;
  table.push_back({"admin", "HOST:PORT|PORT|unix:PATH", kGroup, OptionKind::text, "",
                   "Tell /metrics there, to who can connect, and nowhere else", "on the web door",
                   set_admin, [](const Settings& s) { return toml_string(s.admin); }});
  table.push_back(networks({"metrics-readers",
                            "NET",
                            kGroup,
                            OptionKind::list,
                            "",
                            "Who may read /metrics on the web door; may be repeated",
                            "",
                            {},
                            {}},
                           [](Settings& s) -> std::vector<Network>& { return s.metrics_readers; }));
}

}  // namespace grotto
