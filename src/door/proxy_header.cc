#include "door/proxy_header.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

namespace grotto {

namespace {

using Status = ProxyHeader::Status;

constexpr std::string_view kSign1 = "PROXY ";
constexpr std::string_view kSign2("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr std::size_t kHead2 = 16;  // signature, version and command, family, length

constexpr std::uint8_t kLocal = 0x20;
constexpr std::uint8_t kProxied = 0x21;
constexpr std::uint8_t kIp4 = 1;
constexpr std::uint8_t kIp6 = 2;

constexpr ProxyHeader kFault{.status = Status::fault, .size = 0, .source = std::nullopt};

std::uint8_t byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]);
}

/// A port or a host in network order, as it stands.
template <class Number>
Number raw(std::string_view bytes, std::size_t at) {
  Number number{};
  std::memcpy(&number, bytes.data() + at, sizeof number);
  return number;
}

Address ip4(in_addr host, in_port_t port) {
  sockaddr_in made{};
  made.sin_family = AF_INET;
  made.sin_port = port;
  made.sin_addr = host;
  return Address::from(reinterpret_cast<const sockaddr&>(made));
}

Address ip6(const in6_addr& host, in_port_t port) {
  sockaddr_in6 made{};
  made.sin6_family = AF_INET6;
  made.sin6_port = port;
  made.sin6_addr = host;
  return Address::from(reinterpret_cast<const sockaddr&>(made));
}

/// The next word of a version 1 line, which must be followed by a space or end the line.
std::string_view take_word(std::string_view& line) {
  const std::size_t end = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

std::optional<in_port_t> port_of(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return htons(port);
}

std::optional<Address> address_of(bool is_ip6, std::string_view host, in_port_t port) {
  std::array<char, INET6_ADDRSTRLEN> text{};  // ends with a zero
  if (host.size() >= text.size()) return std::nullopt;
  host.copy(text.data(), host.size());
  if (is_ip6) {
    in6_addr found{};
    if (::inet_pton(AF_INET6, text.data(), &found) != 1) return std::nullopt;
    return ip6(found, port);
  }
  in_addr found{};
  if (::inet_pton(AF_INET, text.data(), &found) != 1) return std::nullopt;
  return ip4(found, port);
}

ProxyHeader parse_1(std::string_view bytes) {
  const std::size_t end = bytes.substr(0, ProxyHeader::kVersion1BytesMax).find("\r\n");
  if (end == std::string_view::npos) {
    return bytes.size() < ProxyHeader::kVersion1BytesMax ? ProxyHeader{} : kFault;
  }
  ProxyHeader made{.status = Status::complete, .size = end + 2, .source = std::nullopt};
  std::string_view line = bytes.substr(kSign1.size(), end - kSign1.size());
  const std::string_view family = take_word(line);
  if (family == "UNKNOWN") return made;  // what follows is not looked at (section 2.1)
  const bool is_ip6 = family == "TCP6";
  if (!is_ip6 && family != "TCP4") return kFault;
  const std::string_view source = take_word(line);
  const std::string_view destination = take_word(line);
  const auto source_port = port_of(take_word(line));
  const auto destination_port = port_of(line);
  if (!source_port || !destination_port) return kFault;
  made.source = address_of(is_ip6, source, *source_port);
  if (!made.source || !address_of(is_ip6, destination, *destination_port)) return kFault;
  return made;
}

ProxyHeader parse_2(std::string_view bytes) {
  if (bytes.size() < kHead2) return {};
  const std::uint8_t command = byte_at(bytes, 12);
  const auto family = static_cast<std::uint8_t>(byte_at(bytes, 13) >> 4U);
  const std::size_t size = kHead2 + ntohs(raw<std::uint16_t>(bytes, 14));
  if ((command != kLocal && command != kProxied) || size > ProxyHeader::kBytesMax) return kFault;
  if (bytes.size() < size) return {};
  ProxyHeader made{.status = Status::complete, .size = size, .source = std::nullopt};
  if (command == kLocal) return made;
  if (family == kIp4) {
    if (size < kHead2 + 12) return kFault;
    made.source = ip4(raw<in_addr>(bytes, kHead2), raw<in_port_t>(bytes, kHead2 + 8));
  } else if (family == kIp6) {
    if (size < kHead2 + 36) return kFault;
    made.source = ip6(raw<in6_addr>(bytes, kHead2), raw<in_port_t>(bytes, kHead2 + 32));
  }
  return made;
}

bool begins(std::string_view bytes, std::string_view sign) {
  const std::size_t common = std::min(bytes.size(), sign.size());
  return bytes.substr(0, common) == sign.substr(0, common);
}

}  // namespace

ProxyHeader ProxyHeader::parse(std::string_view bytes) noexcept {
  if (bytes.starts_with(kSign1)) return parse_1(bytes);
  if (bytes.starts_with(kSign2)) return parse_2(bytes);
  if (begins(bytes, kSign1) || begins(bytes, kSign2)) return {};
  return {.status = Status::none, .size = 0, .source = std::nullopt};
}

}  // namespace grotto
