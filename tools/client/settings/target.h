// Target: which server, as somebody types it: HOST, HOST:PORT, [IPV6]:PORT or unix:PATH.
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

  /// Nothing if `text` is no target. An IPv6 address without a port needs no brackets.
  static std::optional<Target> parse(std::string_view text);
  /// tls:HOST:PORT, which the network layer cannot do yet.
  static bool asks_for_tls(std::string_view text) noexcept { return text.starts_with("tls:"); }
};

}  // namespace grotto::client
