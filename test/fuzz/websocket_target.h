// What the fuzzer of WebSocket frames does with each input, and web_test with its corpus: the same
// comes of it whole and in pieces. The first byte says what is accepted.
// Threads: no state; any.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>

#include "base/check.h"
#include "web/websocket_decoder.h"

namespace grotto::test {

inline std::string decode_frames(std::string_view bytes, WebSocketDecoder::Accepts accepts,
                                 std::size_t piece_bytes) {
  constexpr std::uint32_t kBound = 2000;
  WebSocketDecoder decoder(kBound, accepts);
  std::string all(bytes);
  std::string told;
  std::size_t message_bytes = 0;
  for (std::size_t at = 0; at < all.size(); at += piece_bytes) {
    std::span<char> input(all.data() + at, std::min(piece_bytes, all.size() - at));
    for (bool is_over = false; !is_over;) {
      switch (decoder.next(input)) {
        case WebSocketDecoder::Next::need_more:
          GROTTO_CHECK(input.empty());
          is_over = true;
          break;
        case WebSocketDecoder::Next::data:
          if (decoder.begins_message()) message_bytes = 0;
          message_bytes += decoder.payload().size();
          GROTTO_CHECK(message_bytes <= kBound);
          GROTTO_CHECK(decoder.is_text() || accepts == WebSocketDecoder::Accepts::text_and_binary);
          if (decoder.begins_message()) told += decoder.is_text() ? 't' : 'b';
          told += decoder.payload();
          if (decoder.ends_message()) told += ';';
          break;
        case WebSocketDecoder::Next::ping:
        case WebSocketDecoder::Next::pong:
          GROTTO_CHECK(decoder.payload().size() <= kControlBytesMax);
          told += 'p';
          told += decoder.payload();
          break;
        case WebSocketDecoder::Next::close:
        case WebSocketDecoder::Next::fault:
          return told + std::to_string(static_cast<unsigned>(decoder.code()));
      }
    }
  }
  return told;
}

inline void fuzz_websocket(std::string_view bytes) {
  if (bytes.empty()) return;
  const auto accepts = (bytes.front() & 1) != 0 ? WebSocketDecoder::Accepts::text_and_binary
                                                : WebSocketDecoder::Accepts::text;
  bytes.remove_prefix(1);
  const std::string whole = decode_frames(bytes, accepts, bytes.size() + 1);
  // Of a message that ends in a fault the pieces before it may have been given, or not.
  const bool is_good = whole.find("100") == std::string::npos;
  for (const std::size_t piece : {1U, 3U, 100U}) {
    const std::string again = decode_frames(bytes, accepts, piece);
    if (is_good) GROTTO_CHECK(again == whole);
  }
}

}  // namespace grotto::test
