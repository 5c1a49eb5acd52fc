// Target: which server, as somebody types it: HOST, HOST:PORT, [IPV6]:PORT or unix:PATH;
// tls: before the first three.
// Threads: a value.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace grotto::client {

struct Target {
  static constexpr std::string_view kPort = "5001";

  /// For Endpoint::resolve_all(): the port is there.
  std::string address;
  bool is_tls = false;
  std::string host{};  // with TLS: whom the certificate must name

  /// Nothing if `text` is no target. An IPv6 address without a port needs no brackets.
  static std::optional<Target> parse(std::string_view text);

  static constexpr std::string_view kExpected =
      "HOST, HOST:PORT, [IPV6]:PORT, unix:PATH, or tls: before one of the first three";
};

}  // namespace grotto::client
