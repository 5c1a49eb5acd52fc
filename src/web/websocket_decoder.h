// WebSocketDecoder: a browser's frames (RFC 6455 section 5), cut from bytes as they come.
//
// It keeps a frame's header (at most 14 bytes) and counters, never a payload: data is unmasked
// where it lies and given in pieces; only a control frame that is cut between two reads is
// gathered, 125 bytes at most. Text is checked to be UTF-8 on the way, so that a bad byte is
// refused at once. The consumer pulls: it may stop after any outcome, and what next() has not taken
// is then its own to keep. Threads: owned by one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "web/utf8_check.h"
#include "web/websocket_frame.h"

namespace grotto {

class StateReader;
class StateWriter;

class WebSocketDecoder {
 public:
  enum class Next : std::uint8_t {
    need_more,  // the input is used up
    data,       // payload() is the next piece of a message, perhaps empty at its end
    ping,       // payload() is to be sent back (section 5.5.2)
    pong,
    close,  // the peer's last frame: code(), and payload() is its reason
    fault,  // code() says what is wrong, payload() in words: nothing more may be decoded
  };
  enum class Accepts : std::uint8_t { text, text_and_binary };

  /// A message of more bytes is a fault (1009), told as soon as its length is known.
  WebSocketDecoder(std::uint32_t message_bytes_max, Accepts accepts) noexcept
      : message_bytes_max_(message_bytes_max), accepts_(accepts) {}

  /// Takes bytes from the front of `input`, which it unmasks in place, up to the next outcome.
  /// REQUIRES: no close and no fault came before.
  Next next(std::span<char>& input);

  /// For an upgrade: where in a frame, and in a message, the input stands.
  void save(StateWriter& state) const;
  void restore(StateReader& state);

  /// Of the last outcome; valid until the next call and as long as the input's bytes are.
  [[nodiscard]] std::string_view payload() const noexcept { return payload_; }
  /// Of the last data: the message's kind, whether this piece is its first, and its last.
  [[nodiscard]] bool is_text() const noexcept { return is_text_; }
  [[nodiscard]] bool begins_message() const noexcept { return begins_message_; }
  [[nodiscard]] bool ends_message() const noexcept { return ends_message_; }
  /// Of a close (none: the peer gave no code) or a fault.
  [[nodiscard]] WebSocketCode code() const noexcept { return code_; }

 private:
  [[nodiscard]] bool take_header(std::span<char>& input, Next& next);
  [[nodiscard]] bool has_fault_in_start(Next& next);
  [[nodiscard]] bool take_length(Next& next);
  [[nodiscard]] std::size_t header_bytes() const noexcept;
  Next take_data(std::span<char>& input);
  Next take_control(std::span<char>& input);
  Next end_control(std::string_view payload);
  Next judge_close(std::string_view payload);
  void unmask(std::span<char> bytes) noexcept;
  Next fault(WebSocketCode code, std::string_view sentence) noexcept;
  [[nodiscard]] WebSocketOpcode opcode() const noexcept;
  [[nodiscard]] bool is_control() const noexcept;
  [[nodiscard]] bool is_final() const noexcept;

  std::string_view payload_;
  std::unique_ptr<std::string> control_;  // of a control frame that was cut
  std::uint32_t message_bytes_max_;
  std::uint32_t message_bytes_ = 0;  // of the message, the frames whose headers have come
  std::uint32_t left_ = 0;           // of the frame's payload
  std::array<std::uint8_t, 14> header_{};
  std::uint8_t header_size_ = 0;
  std::uint8_t mask_at_ = 0;
  WebSocketCode code_ = WebSocketCode::none;
  Utf8Check utf8_;
  Accepts accepts_;
  bool is_in_payload_ : 1 = false;
  bool is_in_message_ : 1 = false;  // its last frame has not come
  bool is_text_ : 1 = false;
  bool has_given_ : 1 = false;  // a piece of the message
  bool begins_message_ : 1 = false;
  bool ends_message_ : 1 = false;
  bool is_control_given_ : 1 = false;
};

}  // namespace grotto
