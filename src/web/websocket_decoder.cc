// The grammar (RFC 6455 section 5.2), of which a server takes:
//   frame  = FIN(1) 000 opcode(4) 1 length(7) [length(16) / length(64)] mask(32) payload
//   length: 126 and 127 announce the longer forms, of which the shortest that fits is used.
#include "web/websocket_decoder.h"

#include <algorithm>
#include <cstring>

#include "grotto/state.h"

namespace grotto {

namespace {
constexpr unsigned kFinalBit = 0x80;
constexpr unsigned kReservedBits = 0x70;
constexpr unsigned kOpcodeBits = 0x0F;
constexpr unsigned kMaskBit = 0x80;
constexpr unsigned kLengthBits = 0x7F;
constexpr std::size_t kMaskBytes = 4;
}  // namespace

WebSocketOpcode WebSocketDecoder::opcode() const noexcept {
  return static_cast<WebSocketOpcode>(header_[0] & kOpcodeBits);
}
bool WebSocketDecoder::is_control() const noexcept {
  return (header_[0] & 0x08U) != 0;
}
bool WebSocketDecoder::is_final() const noexcept {
  return (header_[0] & kFinalBit) != 0;
}

WebSocketDecoder::Next WebSocketDecoder::fault(WebSocketCode code,
                                               std::string_view sentence) noexcept {
  code_ = code;
  payload_ = sentence;
  return Next::fault;
}

WebSocketDecoder::Next WebSocketDecoder::next(std::span<char>& input) {
  payload_ = {};
  if (is_control_given_) {
    control_.reset();
    is_control_given_ = false;
  }
  for (;;) {
    if (!is_in_payload_) {
      Next outcome = Next::need_more;
      if (!take_header(input, outcome)) return outcome;
    }
    const Next outcome = is_control() ? take_control(input) : take_data(input);
    // An empty fragment in the middle of a message tells nothing: go on with the next one.
    if (outcome != Next::need_more || input.empty()) return outcome;
  }
}

// ---- Header ------------------------------------------------------------------------------------

std::size_t WebSocketDecoder::header_bytes() const noexcept {
  const unsigned length = header_[1] & kLengthBits;
  return 2 + (length == 126 ? 2U : length == 127 ? 8U : 0U) + kMaskBytes;
}

/// True once the header is whole and `left_` and the mask are set.
bool WebSocketDecoder::take_header(std::span<char>& input, Next& next) {
  while (!input.empty()) {
    header_[header_size_++] = static_cast<std::uint8_t>(input.front());
    input = input.subspan(1);
    if (header_size_ < 2) continue;
    if (header_size_ == 2 && has_fault_in_start(next)) return false;
    if (header_size_ < header_bytes()) continue;
    if (!take_length(next)) return false;
    is_in_payload_ = true;
    mask_at_ = 0;
    return true;
  }
  return false;
}

/// What the first two bytes tell, before more is awaited.
bool WebSocketDecoder::has_fault_in_start(Next& next) {
  const auto refuse = [&](WebSocketCode code, std::string_view sentence) {
    next = fault(code, sentence);
    return true;
  };
  constexpr auto kProtocol = WebSocketCode::protocol_error;
  if ((header_[0] & kReservedBits) != 0) {
    return refuse(kProtocol, "A reserved bit is set and no extension was agreed on.");
  }
  if ((header_[1] & kMaskBit) == 0) return refuse(kProtocol, "A client's frames are masked.");
  switch (opcode()) {
    case WebSocketOpcode::continuation:
      if (!is_in_message_) return refuse(kProtocol, "There is no message to go on with.");
      return false;
    case WebSocketOpcode::text:
    case WebSocketOpcode::binary:
      if (is_in_message_) return refuse(kProtocol, "The message before has not ended.");
      if (opcode() == WebSocketOpcode::binary && accepts_ == Accepts::text) {
        return refuse(WebSocketCode::unsupported, "Only text is taken here.");
      }
      return false;
    case WebSocketOpcode::close:
    case WebSocketOpcode::ping:
    case WebSocketOpcode::pong:
      if (!is_final()) return refuse(kProtocol, "A control frame is not fragmented.");
      if ((header_[1] & kLengthBits) > kControlBytesMax) {
        return refuse(kProtocol, "A control frame has at most 125 bytes.");
      }
      return false;
  }
  return refuse(kProtocol, "There is no such opcode.");
}

/// False: the length is a fault.
bool WebSocketDecoder::take_length(Next& next) {
  const std::size_t length_bytes = header_bytes() - 2 - kMaskBytes;
  std::uint64_t length = header_[1] & kLengthBits;
  if (length_bytes > 0) {
    length = 0;
    for (std::size_t i = 0; i != length_bytes; ++i) length = length << 8U | header_[2 + i];
    const bool is_shortest = length_bytes == 2 ? length > 125 : length > 0xFFFF;
    if (!is_shortest || length >> 63U != 0) {
      next = fault(WebSocketCode::protocol_error, "That is not how a length is written.");
      return false;
    }
  }
  std::memmove(header_.data() + 2, header_.data() + 2 + length_bytes, kMaskBytes);
  if (!is_control()) {
    if (opcode() != WebSocketOpcode::continuation) {
      is_text_ = opcode() == WebSocketOpcode::text;
      is_in_message_ = true;
      has_given_ = false;
      message_bytes_ = 0;
      utf8_ = {};
    }
    if (length > message_bytes_max_ - message_bytes_) {
      next = fault(WebSocketCode::too_big, "The message is too long.");
      return false;
    }
    message_bytes_ += static_cast<std::uint32_t>(length);
  }
  left_ = static_cast<std::uint32_t>(length);
  return true;
}

// ---- Payload -----------------------------------------------------------------------------------

void WebSocketDecoder::unmask(std::span<char> bytes) noexcept {
  std::array<std::uint8_t, 8> key{};
  for (std::size_t i = 0; i != key.size(); ++i) key[i] = header_[2 + ((mask_at_ + i) & 3U)];
  std::uint64_t wide_key = 0;
  std::memcpy(&wide_key, key.data(), sizeof wide_key);
  std::size_t at = 0;
  for (; bytes.size() - at >= sizeof wide_key; at += sizeof wide_key) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, bytes.data() + at, sizeof eight);
    eight ^= wide_key;
    std::memcpy(bytes.data() + at, &eight, sizeof eight);
  }
  for (std::size_t i = 0; at != bytes.size(); ++at, ++i) {
    bytes[at] = static_cast<char>(static_cast<std::uint8_t>(bytes[at]) ^ key[i]);
  }
  mask_at_ = static_cast<std::uint8_t>((mask_at_ + bytes.size()) & 3U);
}

WebSocketDecoder::Next WebSocketDecoder::take_data(std::span<char>& input) {
  const std::span<char> piece = input.first(std::min<std::size_t>(left_, input.size()));
  input = input.subspan(piece.size());
  left_ -= static_cast<std::uint32_t>(piece.size());
  unmask(piece);
  payload_ = {piece.data(), piece.size()};
  ends_message_ = false;
  if (left_ == 0) {
    is_in_payload_ = false;
    header_size_ = 0;
    if (is_final()) {
      ends_message_ = true;
      is_in_message_ = false;
    }
  }
  if (is_text_ && (!utf8_.take(payload_) || (ends_message_ && !utf8_.is_whole()))) {
    return fault(WebSocketCode::invalid_text, "A text message is UTF-8.");
  }
  if (payload_.empty() && !ends_message_) return Next::need_more;
  begins_message_ = !has_given_;
  has_given_ = true;
  return Next::data;
}

WebSocketDecoder::Next WebSocketDecoder::take_control(std::span<char>& input) {
  const std::span<char> piece = input.first(std::min<std::size_t>(left_, input.size()));
  input = input.subspan(piece.size());
  left_ -= static_cast<std::uint32_t>(piece.size());
  unmask(piece);
  const std::string_view bytes(piece.data(), piece.size());
  if (left_ == 0 && control_ == nullptr) return end_control(bytes);
  if (control_ == nullptr) control_ = std::make_unique<std::string>();
  control_->append(bytes);
  return left_ == 0 ? end_control(*control_) : Next::need_more;
}

WebSocketDecoder::Next WebSocketDecoder::end_control(std::string_view payload) {
  is_in_payload_ = false;
  header_size_ = 0;
  is_control_given_ = true;
  payload_ = payload;
  switch (opcode()) {
    case WebSocketOpcode::ping: return Next::ping;
    case WebSocketOpcode::pong: return Next::pong;
    case WebSocketOpcode::close: return judge_close(payload);
    case WebSocketOpcode::continuation:
    case WebSocketOpcode::text:
    case WebSocketOpcode::binary: break;
  }
  return Next::need_more;
}

/// Section 5.5.1: nothing, or a code and a reason in UTF-8.
WebSocketDecoder::Next WebSocketDecoder::judge_close(std::string_view payload) {
  code_ = WebSocketCode::none;
  if (payload.empty()) return Next::close;
  const auto code =
      static_cast<std::uint16_t>(payload.size() < 2 ? 0
                                                    : static_cast<unsigned char>(payload[0]) << 8 |
                                                          static_cast<unsigned char>(payload[1]));
  if (!is_sendable_code(code)) {
    return fault(WebSocketCode::protocol_error, "That is no code to close with.");
  }
  payload_ = payload.substr(2);
  Utf8Check reason;
  if (!reason.take(payload_) || !reason.is_whole()) {
    return fault(WebSocketCode::invalid_text, "A reason to close is UTF-8.");
  }
  // One from 3000 on has no name.
  code_ = static_cast<WebSocketCode>(code);  // NOLINT(clang-analyzer-optin.core.EnumCastOutOfRange)
  return Next::close;
}

// ---- Upgrades ----------------------------------------------------------------------------------

void WebSocketDecoder::save(StateWriter& state) const {
  state.number(message_bytes_);
  state.number(left_);
  state.text({reinterpret_cast<const char*>(header_.data()), header_.size()});
  state.number(header_size_);
  state.number(mask_at_);
  state.number(utf8_.saved());
  state.flag(is_in_payload_);
  state.flag(is_in_message_);
  state.flag(is_text_);
  state.flag(has_given_);
  state.flag(is_control_given_);
  state.text(control_ != nullptr ? std::string_view(*control_) : std::string_view());
  state.flag(control_ != nullptr);
}

void WebSocketDecoder::restore(StateReader& state) {
  message_bytes_ = static_cast<std::uint32_t>(state.number());
  left_ = static_cast<std::uint32_t>(state.number());
  const std::string_view header = state.text();
  header_size_ = static_cast<std::uint8_t>(state.number());
  if (header.size() != header_.size() || header_size_ > header_.size()) {
    state.fail();
    return;
  }
  std::copy(header.begin(), header.end(), header_.begin());
  mask_at_ = static_cast<std::uint8_t>(state.number() & 3U);
  utf8_.restore(static_cast<std::uint32_t>(state.number()));
  is_in_payload_ = state.flag();
  is_in_message_ = state.flag();
  is_text_ = state.flag();
  has_given_ = state.flag();
  is_control_given_ = state.flag();
  const std::string_view control = state.text();
  if (state.flag()) control_ = std::make_unique<std::string>(control);
}

}  // namespace grotto
