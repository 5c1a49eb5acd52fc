// WebSocket frames as a server writes them (RFC 6455 section 5.2): unmasked, one header before the
// payload; and the codes of section 7.4. Threads: pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "line/frame.h"

namespace grotto {

enum class WebSocketOpcode : std::uint8_t {
  continuation = 0x0,
  text = 0x1,
  binary = 0x2,
  close = 0x8,
  ping = 0x9,
  pong = 0xA,
};

/// What a close frame tells (RFC 6455 section 7.4.1 and IANA's registry).
enum class WebSocketCode : std::uint16_t {
  none = 0,
  normal = 1000,
  going_away = 1001,
  protocol_error = 1002,
  unsupported = 1003,
  invalid_text = 1007,
  policy = 1008,
  too_big = 1009,
  internal_error = 1011,
  restart = 1012,  // registered with IANA
  try_later = 1013,
};

inline constexpr std::size_t kControlBytesMax = 125;  // section 5.5

/// A frame's first bytes.
class WebSocketHeader : public FrameHeader {
 public:
  WebSocketHeader(WebSocketOpcode opcode, bool is_final, std::size_t payload_bytes) noexcept
      : FrameHeader(static_cast<unsigned>(opcode), is_final, payload_bytes) {}
};

/// Appends a whole message in one frame.
void append_frame(WebSocketOpcode opcode, std::string_view payload, std::string& out);

/// Appends a close frame; the reason is cut between code points to 123 bytes. `none`: without a
/// code.
void append_close_frame(WebSocketCode code, std::string_view reason, std::string& out);

/// Whether a peer may send this code (section 7.4.2): those that are defined for the wire, and 3000
/// to 4999.
[[nodiscard]] bool is_sendable_code(std::uint16_t code) noexcept;

}  // namespace grotto
