#include "base/address.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace grotto {

namespace {

constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

bool is_mapped(const std::array<std::uint8_t, 16>& bytes) noexcept {
  return std::equal(kMapped.begin(), kMapped.end(), bytes.begin());
}

void map_ip4(const void* four, std::array<std::uint8_t, 16>& out) noexcept {
  std::copy(kMapped.begin(), kMapped.end(), out.begin());
  std::memcpy(out.data() + kMapped.size(), four, 4);
}

std::string ip_text(const std::array<std::uint8_t, 16>& bytes, bool is_ip4) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* const source = is_ip4 ? bytes.data() + kMapped.size() : bytes.data();
  ::inet_ntop(is_ip4 ? AF_INET : AF_INET6, source, text.data(), text.size());
  return text.data();
}

}  // namespace

Address Address::from(const sockaddr& address) noexcept {
  Address made;
  if (address.sa_family == AF_INET) {
    sockaddr_in ip4{};
    std::memcpy(&ip4, &address, sizeof ip4);
    map_ip4(&ip4.sin_addr, made.bytes_);
    made.port_ = ntohs(ip4.sin_port);
    made.family_ = Family::ip4;
  } else if (address.sa_family == AF_INET6) {
    sockaddr_in6 ip6{};
    std::memcpy(&ip6, &address, sizeof ip6);
    std::memcpy(made.bytes_.data(), &ip6.sin6_addr, made.bytes_.size());
    made.port_ = ntohs(ip6.sin6_port);
    made.family_ = is_mapped(made.bytes_) ? Family::ip4 : Family::ip6;
  }
  return made;
}

Address Address::unix_peer(std::uint32_t pid) noexcept {
  Address made;
  made.family_ = Family::unix_socket;
  std::memcpy(made.bytes_.data(), &pid, sizeof pid);
  return made;
}

bool Address::is_loopback() const noexcept {
  switch (family_) {
    case Family::none: return false;
    case Family::ip4: return bytes_[12] == 127;
    case Family::ip6:
      return bytes_[15] == 1 &&
             std::all_of(bytes_.begin(), bytes_.end() - 1, [](std::uint8_t b) { return b == 0; });
    case Family::unix_socket: return true;
  }
  return false;
}

std::string Address::to_string() const {
  switch (family_) {
    case Family::none: return "unknown";
    case Family::ip4: return fmt::format("{}:{}", ip_text(bytes_, true), port_);
    case Family::ip6: return fmt::format("[{}]:{}", ip_text(bytes_, false), port_);
    case Family::unix_socket: {
      std::uint32_t pid = 0;
      std::memcpy(&pid, bytes_.data(), sizeof pid);
      return fmt::format("unix:{}", pid);
    }
  }
  return "unknown";
}

std::string Address::host() const {
  switch (family_) {
    case Family::none: return "unknown";
    case Family::ip4: return ip_text(bytes_, true);
    case Family::ip6: return ip_text(bytes_, false);
    case Family::unix_socket: return "unix";
  }
  return "unknown";
}

Address Address::from_host(std::string_view host) noexcept {
  Address made;
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (host == "unix") return unix_peer(0);
  if (host.size() >= text.size()) return made;
  std::copy(host.begin(), host.end(), text.begin());
  std::array<std::uint8_t, 4> four{};
  if (::inet_pton(AF_INET, text.data(), four.data()) == 1) {
    map_ip4(four.data(), made.bytes_);
    made.family_ = Family::ip4;
  } else if (::inet_pton(AF_INET6, text.data(), made.bytes_.data()) == 1) {
    made.family_ = is_mapped(made.bytes_) ? Family::ip4 : Family::ip6;
  }
  return made;
}

Address Address::of_bytes(Family family, const std::array<std::uint8_t, 16>& bytes,
                          std::uint16_t port) noexcept {
  Address made;
  made.family_ = family;
  made.bytes_ = bytes;
  made.port_ = port;
  return made;
}

std::array<std::uint8_t, 16> Address::limit_key() const noexcept {
  std::array<std::uint8_t, 16> key = bytes_;
  if (family_ == Family::ip6) std::fill(key.begin() + 8, key.end(), std::uint8_t{0});
  return key;
}

// ---- Network -----------------------------------------------------------------------------------

Result<Network> Network::parse(std::string_view text) {
  const auto bad = [&] {
    return Error{fmt::format("\"{}\" is no network: expected an address such as 192.0.2.7, a range "
                             "such as 10.0.0.0/8 or 2001:db8::/32, or unix",
                             text),
                 64};
  };
  Network made;
  if (text == "unix") {
    made.is_unix_ = true;
    return made;
  }
  const std::size_t slash = text.find('/');
  const std::string host(text.substr(0, slash));
  std::array<std::uint8_t, 4> four{};
  unsigned bits_max = 128;
  unsigned base = 0;
  if (::inet_pton(AF_INET, host.c_str(), four.data()) == 1) {
    map_ip4(four.data(), made.prefix_);
    bits_max = 32;
    base = 96;
  } else if (::inet_pton(AF_INET6, host.c_str(), made.prefix_.data()) != 1) {
    return bad();
  }
  unsigned bits = bits_max;
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    if (fault != std::errc{} || end != digits.data() + digits.size() || bits > bits_max) {
      return bad();
    }
  }
  made.bits_ = static_cast<std::uint8_t>(base + bits);
  made.clear_host_bits();
  return made;
}

std::vector<Network> loopback_networks() {
  std::vector<Network> made;
  for (const char* const text : {"127.0.0.0/8", "::1", "unix"}) {
    made.push_back(*Network::parse(text));
  }
  return made;
}

Network Network::around(const Address& address, unsigned bits) noexcept {
  Network made;
  made.is_unix_ = address.family() == Address::Family::unix_socket;
  if (made.is_unix_) return made;
  made.prefix_ = address.bytes();
  made.bits_ = static_cast<std::uint8_t>(std::min(bits, 128U));
  made.clear_host_bits();
  return made;
}

void Network::clear_host_bits() noexcept {
  for (unsigned bit = bits_; bit < 128; ++bit) {
    prefix_[bit / 8] &= static_cast<std::uint8_t>(~(0x80U >> (bit % 8)));
  }
}

bool Network::contains(const Address& address) const noexcept {
  if (address.family() == Address::Family::unix_socket) return is_unix_;
  if (is_unix_ || address.family() == Address::Family::none) return false;
  const auto& bytes = address.bytes();
  const std::size_t whole = bits_ / 8U;
  if (!std::equal(prefix_.begin(), prefix_.begin() + static_cast<std::ptrdiff_t>(whole),
                  bytes.begin())) {
    return false;
  }
  const unsigned rest = bits_ % 8U;
  if (rest == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xFFU << (8U - rest));
  return (bytes[whole] & mask) == prefix_[whole];
}

std::string Network::to_string() const {
  if (is_unix_) return "unix";
  const bool is_ip4 = bits_ >= 96 && is_mapped(prefix_);
  return fmt::format("{}/{}", ip_text(prefix_, is_ip4), is_ip4 ? bits_ - 96 : bits_);
}

}  // namespace grotto
