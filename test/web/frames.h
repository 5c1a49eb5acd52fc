// Frames as a client writes them, good and bad, and what a decoder makes of them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "web/websocket_decoder.h"

namespace grotto::test {

/// How a frame is written; the defaults are as the RFC wants them.
struct FrameForm {
  bool is_final = true;
  unsigned reserved = 0;
  bool is_masked = true;
  unsigned length_bytes = 9;  // 9: the shortest form; else 0, 2 or 8
  std::string mask = std::string("\x11\x22\x33\x84", 4);
};

inline std::string client_frame(unsigned opcode, std::string_view payload, FrameForm form = {}) {
  std::string out;
  out += static_cast<char>((form.is_final ? 0x80U : 0U) | form.reserved << 4U | opcode);
  unsigned length_bytes = form.length_bytes;
  if (length_bytes == 9)
    length_bytes = payload.size() <= 125 ? 0 : payload.size() <= 0xFFFF ? 2 : 8;
  const unsigned short_length = length_bytes == 0   ? static_cast<unsigned>(payload.size())
                                : length_bytes == 2 ? 126U
                                                    : 127U;
  out += static_cast<char>((form.is_masked ? 0x80U : 0U) | short_length);
  for (unsigned i = length_bytes; i > 0; --i) {
    out += static_cast<char>(static_cast<std::uint64_t>(payload.size()) >> (8 * (i - 1)));
  }
  if (!form.is_masked) return out.append(payload);
  out += form.mask;
  for (std::size_t i = 0; i != payload.size(); ++i) {
    out += static_cast<char>(payload[i] ^ form.mask[i % 4]);
  }
  return out;
}

inline std::string close_payload(unsigned code, std::string_view reason = {}) {
  std::string out;
  out += static_cast<char>(code >> 8U);
  out += static_cast<char>(code);
  return out.append(reason);
}

/// What came of a stream: "text:kaixo", "binary:…", "ping:…", "pong:…", "close:1000", "fault:1002".
class Heard {
 public:
  explicit Heard(WebSocketDecoder decoder) : decoder_(std::move(decoder)) {}

  /// False once nothing more may be decoded.
  bool take(std::string_view bytes) {
    std::string copy(bytes);  // it is unmasked in place
    std::span<char> input(copy);
    while (!is_over_) {
      switch (decoder_.next(input)) {
        case WebSocketDecoder::Next::need_more: return true;
        case WebSocketDecoder::Next::data:
          if (decoder_.begins_message() != message_.empty()) events.emplace_back("bad begin");
          if (message_.empty()) message_ = decoder_.is_text() ? "text:" : "binary:";
          message_ += decoder_.payload();
          if (!decoder_.ends_message()) break;
          events.push_back(message_);
          message_.clear();
          break;
        case WebSocketDecoder::Next::ping: add("ping:"); break;
        case WebSocketDecoder::Next::pong: add("pong:"); break;
        case WebSocketDecoder::Next::close: end("close:"); break;
        case WebSocketDecoder::Next::fault: end("fault:"); break;
      }
    }
    return false;
  }

  std::vector<std::string> events;

 private:
  void add(const char* kind) { events.push_back(kind + std::string(decoder_.payload())); }
  void end(const char* kind) {
    is_over_ = true;
    events.push_back(kind + std::to_string(static_cast<unsigned>(decoder_.code())));
  }

  WebSocketDecoder decoder_;
  std::string message_;
  bool is_over_ = false;
};

}  // namespace grotto::test
