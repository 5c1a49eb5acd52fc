#include "web/host_rules.h"

#include <fmt/format.h>

#include <algorithm>

namespace grotto {

Result<HostRules> HostRules::create(const std::vector<std::string>& names,
                                    std::string_view listen_host) {
  HostRules made;
  for (const std::string& name : names) {
    const auto parsed = Authority::parse(name);
    if (!parsed) {
      return Error{fmt::format("\"{}\" is no host: expected a name such as chat.example.org, or an "
                               "address, with a port or without",
                               name),
                   64};
    }
    made.names_.push_back(*parsed);
  }
  const bool is_bare_ip6 =
      listen_host.find(':') != std::string_view::npos && !listen_host.starts_with('[');
  const auto listen =
      Authority::parse(is_bare_ip6 ? fmt::format("[{}]", listen_host) : std::string(listen_host));
  if (listen) made.listen_ = *listen;
  made.is_listening_at_all_ = made.listen_.host == "0.0.0.0" || made.listen_.host == "::";
  return made;
}

bool HostRules::is_given(const Authority& host) const noexcept {
  return std::any_of(names_.begin(), names_.end(), [&](const Authority& name) {
    return name.host == host.host && (!name.port || name.port == host.port);
  });
}

bool HostRules::knows(const Authority& host) const noexcept {
  // No port is compared: a tunnel or a container may show another one than is listened at.
  return is_given(host) || host.is_loopback() || (host.is_ip && is_listening_at_all_) ||
         (!listen_.host.empty() && host.host == listen_.host);
}

bool HostRules::lets_speak(std::string_view origin, const Authority& host) const {
  const auto page = parse_origin(origin);
  if (!page) return false;  // "null" too: a sandboxed frame, a file
  if (is_given(*page)) return true;
  if (page->host != host.host) return false;
  // A Host without a port has its scheme's own; a proxy before us may have taken TLS away.
  return host.port ? page->port == host.port : (page->port == 80 || page->port == 443);
}

}  // namespace grotto
