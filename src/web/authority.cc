#include "web/authority.h"

#include <algorithm>

#include "base/address.h"
#include "base/numbers.h"
#include "web/request.h"

namespace grotto {

namespace {

constexpr std::size_t kHostBytesMax = 255;

bool is_name_character(char letter) noexcept {
  return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '-' ||
         letter == '.' || letter == '_';
}

/// Its one form, or none.
std::optional<std::string> ip_form(std::string_view text) {
  const Address address = Address::from_host(text);
  if (address.family() != Address::Family::ip4 && address.family() != Address::Family::ip6) {
    return std::nullopt;
  }
  return address.host();
}

/// Browsers take a name whose last part is a number for an IPv4 address, however it is written.
bool ends_in_number(std::string_view name) noexcept {
  const std::string_view last = name.substr(name.rfind('.') + 1);
  return !last.empty() && last.front() >= '0' && last.front() <= '9';
}

}  // namespace

std::optional<Authority> Authority::parse(std::string_view text) {
  Authority made;
  std::string_view host = text;
  std::string_view port;
  bool has_port = false;
  const std::size_t bracket = text.starts_with('[') ? text.find(']') : 0;
  if (bracket == std::string_view::npos) return std::nullopt;
  const std::size_t colon = text.find(':', bracket);
  if (colon != std::string_view::npos) {
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
    has_port = true;
  }
  if (has_port && !port.empty()) {  // "host:" is the host alone (RFC 3986 section 3.2.3)
    const auto number = parse_whole(port);
    if (port.size() > 5 || !number || *number > 65'535) return std::nullopt;
    made.port = static_cast<std::uint16_t>(*number);
  }
  if (bracket > 0) {
    if (host.size() != bracket + 1) return std::nullopt;
    const std::string_view inner = host.substr(1, bracket - 1);
    if (inner.find(':') == std::string_view::npos) return std::nullopt;
    const auto form = ip_form(inner);
    if (!form) return std::nullopt;
    made.host = *form;
    made.is_ip = true;
    return made;
  }
  made.host = lower_case(host);
  if (made.host.size() > 1 && made.host.ends_with('.')) made.host.pop_back();
  if (made.host.empty() || made.host.size() > kHostBytesMax || made.host == "." ||
      !std::all_of(made.host.begin(), made.host.end(), is_name_character)) {
    return std::nullopt;
  }
  if (const auto form = ip_form(made.host)) {
    made.host = *form;
    made.is_ip = true;
  } else if (ends_in_number(made.host)) {
    return std::nullopt;
  }
  return made;
}

bool Authority::is_loopback() const noexcept {
  if (is_ip) return Address::from_host(host).is_loopback();
  return host == "localhost" || host.ends_with(".localhost");
}

std::optional<Authority> parse_origin(std::string_view text) {
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string_view scheme = text.substr(0, colon);
  const bool is_secure = equals_in_any_case(scheme, "https");
  if (!is_secure && !equals_in_any_case(scheme, "http")) return std::nullopt;
  auto made = Authority::parse(text.substr(colon + 3));
  if (made && !made->port) made->port = is_secure ? 443 : 80;
  return made;
}

}  // namespace grotto
