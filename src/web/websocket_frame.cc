#include "web/websocket_frame.h"

namespace grotto {

namespace {
constexpr std::size_t kReasonBytesMax = kControlBytesMax - 2;

std::string_view cut_text(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  std::size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}
}  // namespace

void append_frame(WebSocketOpcode opcode, std::string_view payload, std::string& out) {
  out.append(WebSocketHeader(opcode, true, payload.size()).bytes()).append(payload);
}

void append_close_frame(WebSocketCode code, std::string_view reason, std::string& out) {
  std::string payload;
  if (code != WebSocketCode::none) {
    const auto number = static_cast<unsigned>(code);
    payload += static_cast<char>(number >> 8U);
    payload += static_cast<char>(number & 0xFFU);
    payload += cut_text(reason, kReasonBytesMax);
  }
  append_frame(WebSocketOpcode::close, payload, out);
}

bool is_sendable_code(std::uint16_t code) noexcept {
  if (code >= 3000 && code <= 4999) return true;
  // 1004 is reserved; 1005, 1006 and 1015 are never on the wire.
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
}

}  // namespace grotto
