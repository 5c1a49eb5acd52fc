// The chapter of the option table on where and as what the server listens.
#include <algorithm>

#include "base/numbers.h"
#include "daemon/option_values.h"
#include "web/host_rules.h"
#include "web/request.h"

namespace grotto {
namespace {

std::optional<std::string> set_listen(Settings& settings, const Texts& texts) {
  const bool all = !texts.empty() && std::all_of(texts.begin(), texts.end(), is_endpoint);
  if (!all) return "HOST:PORT, [IPV6]:PORT or unix:PATH, with a port from 0 to 65535";
  settings.listen = texts;
  return std::nullopt;
}

std::optional<std::string> set_port(Settings& settings, const Texts& texts) {
  const auto value = parse_whole(texts.front());
  if (!value || *value > 65'535) return "a port from 0 to 65535";
  settings.port = static_cast<std::uint16_t>(*value);
  return std::nullopt;
}

std::optional<std::string> set_pid_file(Settings& settings, const Texts& texts) {
  const std::string& path = texts.front();
  if (!is_path(path)) return "the path of a file, or none";
  settings.pid_file = path;
  return std::nullopt;
}

std::optional<std::string> set_doors(Settings& settings, const Texts& texts) {
  if (auto expected = check_doors(texts)) return expected;
  settings.doors = texts;
  return std::nullopt;
}

std::optional<std::string> set_web_hosts(Settings& settings, const Texts& texts) {
  if (!HostRules::create(texts, {})) return "HOST or HOST:PORT, without http://";
  settings.web_hosts = texts;
  return std::nullopt;
}

std::optional<std::string> set_web_base(Settings& settings, const Texts& texts) {
  std::string base = texts.front();
  while (base.ends_with('/')) base.pop_back();
  const bool is_path = base.starts_with('/') && base.find_first_of("?#%\\ ") == std::string::npos &&
                       base.find("//") == std::string::npos && decode_percent(base);
  if (!base.empty() && !is_path) return "a path such as /chat";
  settings.web_base = base;
  return std::nullopt;
}

}  // namespace

void add_listening_options(std::vector<Option>& table, const ProgramKind& program) {
  constexpr auto kGroup = OptionGroup::listening;
  if (program.services.size() > 1) {
    std::vector<std::pair<std::string_view, std::string>> words;
    words.reserve(program.services.size());
    for (const std::string& service : program.services) words.emplace_back(service, service);
    table.push_back(choice(
        {"service",
         "",
         kGroup,
         OptionKind::text,
         "",
         "What the server does with those who connect",
         "",
         {},
         {}},
        [](Settings& s) -> std::string& { return s.service; }, words));
  }
  table.push_back(
      {"listen", "HOST:PORT|unix:PATH", kGroup, OptionKind::list, "",
       "Accept there; may be repeated; port 0 takes a free one", "", set_listen,
       // With listeners of its own, a file has none of these.
       [](const Settings& s) { return s.listen.empty() ? std::string() : toml_list(s.listen); }});
  table.push_back({"port",
                   "PORT",
                   kGroup,
                   OptionKind::number,
                   "",
                   "Another port for the endpoints of --listen",
                   "that of --listen",
                   set_port,
                   {}});
  table.push_back(whole(
      {"workers",
       "N",
       kGroup,
       OptionKind::number,
       "threads",
       "Threads that serve peers",
       "the cores of the machine",
       {},
       {}},
      [](Settings& s) -> unsigned& { return s.workers; }, 1, 256));
  table.push_back({"doors", "LIST", kGroup, OptionKind::comma, "",
                   "What a peer may speak, by comma: plain, telnet, web, tls, proxy",
                   program.has_echo ? "all; in echo plain,proxy" : "all", set_doors,
                   [](const Settings& s) { return toml_list(s.doors); }});
  table.push_back({"pid-file", "PATH|none", kGroup, OptionKind::text, "",
                   "Holds the server's process number while it runs; reload and others find it so",
                   "in the runtime directory, named by the first --listen", set_pid_file,
                   [](const Settings& s) { return toml_string(s.pid_file); }});
  table.push_back({"web-host", "NAME", kGroup, OptionKind::list, "",
                   "A name by which browsers may ask, HOST or HOST:PORT; may be repeated",
                   "localhost and the address of --listen", set_web_hosts,
                   [](const Settings& s) { return toml_list(s.web_hosts); }});
  table.push_back({"web-base", "/PATH", kGroup, OptionKind::text, "",
                   "The page's path, if a proxy shows it below its own", "/", set_web_base,
                   [](const Settings& s) { return toml_string(s.web_base); }});
  if (program.has_echo) {
    table.push_back(on_off({"udp",
                            "",
                            kGroup,
                            OptionKind::on_off,
                            "",
                            "In echo, answer datagrams on the same ports too",
                            "",
                            {},
                            {}},
                           [](Settings& s) -> bool& { return s.udp; }));
  }
}

}  // namespace grotto
