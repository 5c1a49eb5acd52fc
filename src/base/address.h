// Address: who a peer is: an IPv4 or IPv6 endpoint, or a process on a Unix socket. 20 bytes, by
// value, no allocation. Network: an address range in CIDR notation, for --allow, --deny and limits
// per address.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

struct sockaddr;

namespace grotto {

class Address {
 public:
  enum class Family : std::uint8_t { none, ip4, ip6, unix_socket };

  Address() = default;
  /// From a kernel's sockaddr (AF_INET, AF_INET6). IPv4-mapped IPv6 addresses become IPv4.
  static Address from(const sockaddr& address) noexcept;
  /// A Unix peer, by SO_PEERCRED / LOCAL_PEERPID.
  static Address unix_peer(std::uint32_t pid) noexcept;

  [[nodiscard]] Family family() const noexcept { return family_; }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }  // host order
  [[nodiscard]] bool is_loopback() const noexcept;
  /// "127.0.0.1:40712", "[::1]:40712", "unix:PID".
  [[nodiscard]] std::string to_string() const;
  /// Without the port: "127.0.0.1", "::1", "unix".
  [[nodiscard]] std::string host() const;
  /// What host() gave, with port 0 (or process 0).
  static Address from_host(std::string_view host) noexcept;
  /// Of the 16 bytes that bytes() gave, for who wrote an address down.
  static Address of_bytes(Family family, const std::array<std::uint8_t, 16>& bytes,
                          std::uint16_t port) noexcept;
  /// The key for limits per address: the IPv4 address, the IPv6 /64.
  [[nodiscard]] std::array<std::uint8_t, 16> limit_key() const noexcept;
  /// The 16 bytes of the address (IPv4 as mapped IPv6), network order.
  [[nodiscard]] const std::array<std::uint8_t, 16>& bytes() const noexcept { return bytes_; }

  friend bool operator==(const Address&, const Address&) = default;

 private:
  std::array<std::uint8_t, 16> bytes_{};
  std::uint16_t port_ = 0;
  Family family_ = Family::none;
};

class Network {
 public:
  /// "10.0.0.0/8", "192.0.2.7", "2001:db8::/32", "unix". Errors: exit status 64, the sentence
  /// quotes the text.
  static Result<Network> parse(std::string_view text);
  /// The range of so many bits (of 128; an IPv4 address has 96 before its own) that the address is
  /// in.
  static Network around(const Address& address, unsigned bits) noexcept;
  [[nodiscard]] unsigned bits() const noexcept { return is_unix_ ? 128 : bits_; }
  [[nodiscard]] bool contains(const Address& address) const noexcept;
  [[nodiscard]] std::string to_string() const;

  friend bool operator==(const Network&, const Network&) = default;

 private:
  void clear_host_bits() noexcept;

  std::array<std::uint8_t, 16> prefix_{};
  std::uint8_t bits_ = 0;  // of 128; IPv4 counts from bit 96
  bool is_unix_ = false;
};

/// This machine: 127.0.0.0/8, ::1, and Unix sockets.
std::vector<Network> loopback_networks();

}  // namespace grotto
