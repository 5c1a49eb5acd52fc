// PROXY protocol, versions 1 and 2 (HAProxy's proxy-protocol.txt, sections 2.1 and 2.2): what a
// proxy tells of the peer behind it, before the first byte of that peer.
//
// Pure, but for the system's address structures. Threads: a value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/address.h"

namespace grotto {

struct ProxyHeader {
  static constexpr std::size_t kVersion1BytesMax = 107;
  /// With what a proxy adds (TLV) in version 2; a longer one is a fault.
  static constexpr std::size_t kBytesMax = 4096;

  enum class Status : std::uint8_t {
    need_more,
    none,   // the bytes are not the beginning of a header
    fault,  // they are, but it is not in order
    complete,
  };
  Status status = Status::need_more;
  std::size_t size = 0;           // of a complete one, in bytes
  std::optional<Address> source;  // nothing: the proxy speaks for itself (LOCAL, UNKNOWN, no IP)

  /// Reads the header at the beginning of `bytes`.
  static ProxyHeader parse(std::string_view bytes) noexcept;
};

}  // namespace grotto
