// The answer to a WebSocket's key (RFC 6455 sections 4.2.1 and 4.2.2). Threads: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace grotto {

/// What stands in Sec-WebSocket-Accept for this Sec-WebSocket-Key: 28 characters. None if the key
/// is not the base64 form of 16 bytes.
[[nodiscard]] std::optional<std::string> websocket_accept(std::string_view key);

}  // namespace grotto
