#include "client/settings/target.h"

#include <algorithm>

#include "base/numbers.h"

namespace grotto::client {

namespace {

bool is_port(std::string_view text) {
  const auto number = parse_whole(text);
  return number && *number >= 1 && *number <= 65535;
}

bool is_host(std::string_view text) {
  return !text.empty() && text.size() <= 255 && std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && c != '/' && c != '[' && c != ']' && c != '\x7F';
  });
}

std::string with_port(std::string_view host, std::string_view port) {
  return std::string(host) + ":" + std::string(port);
}

/// Of HOST:PORT or [IPV6]:PORT.
std::string host_of(std::string_view address) {
  const std::string_view host = address.substr(0, address.rfind(':'));
  return std::string(host.starts_with('[') ? host.substr(1, host.size() - 2) : host);
}

constexpr std::string_view kTls = "tls:";

}  // namespace

std::optional<Target> Target::parse(std::string_view text) {
  if (text.starts_with("unix:")) {
    if (text.size() == 5) return std::nullopt;
    return Target{.address = std::string(text)};
  }
  if (text.starts_with(kTls)) {
    const std::string_view rest = text.substr(kTls.size());
    if (rest.starts_with(kTls) || rest.starts_with("unix:")) return std::nullopt;
    auto target = parse(rest);
    if (target) {
      target->is_tls = true;
      target->host = host_of(target->address);
    }
    return target;
  }
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos || !is_host(text.substr(1, end - 1))) return std::nullopt;
    const std::string_view rest = text.substr(end + 1);
    if (rest.empty()) return Target{.address = with_port(text, kPort)};
    if (rest[0] != ':' || !is_port(rest.substr(1))) return std::nullopt;
    return Target{.address = std::string(text)};
  }
  if (!is_host(text)) return std::nullopt;
  const auto colons = std::count(text.begin(), text.end(), ':');
  if (colons == 0) return Target{.address = with_port(text, kPort)};
  if (colons > 1) return Target{.address = with_port("[" + std::string(text) + "]", kPort)};
  const std::size_t colon = text.find(':');
  if (colon == 0 || !is_port(text.substr(colon + 1))) return std::nullopt;
  return Target{.address = std::string(text)};
}

}  // namespace grotto::client
