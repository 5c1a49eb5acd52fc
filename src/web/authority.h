// Authority: the host and the port that a request was sent to, or that a page came from.
// Threads: a value; any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace grotto {

struct Authority {
  std::string host;  // in lower case; an IP address in its one form, without brackets
  std::optional<std::uint16_t> port;
  bool is_ip = false;

  /// `localhost:5001`, `[::1]`, `chat.example.org` (RFC 9110 section 7.2). None for anything else:
  /// user names, paths, blanks, a port beyond 65535. A dot at the end of a name is dropped.
  static std::optional<Authority> parse(std::string_view text);

  /// An address of this machine alone: 127.0.0.0/8, ::1, localhost or a name under it.
  [[nodiscard]] bool is_loopback() const noexcept;

  friend bool operator==(const Authority&, const Authority&) = default;
};

/// An origin (RFC 6454 section 6.2) as a browser writes it: `https://chat.example.org`. Its port is
/// always set: 80 or 443 if it names none. None for `null` and for other schemes.
[[nodiscard]] std::optional<Authority> parse_origin(std::string_view text);

}  // namespace grotto
