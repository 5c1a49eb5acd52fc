// The dialect of WebSocket (RFC 6455): `GET /ws` of grottod. A room is its chat, which sends each
// line as a JSON object in a message of text (docs/protocol.md); an echo gives each message back.
//
//   sent     = header mask text (masked)
//   received = header, then text, or {"type":"say","id":41,…,"from":"NAME","text":"TEXT",…}
//
// An echo may give a message back in several frames; a chat never does: there it counts as
// corrupted.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "base/numbers.h"
#include "line/frame.h"
#include "load/dialect/dialect.h"
#include "web/websocket_accept.h"
#include "web/websocket_frame.h"

namespace grotto::load {

namespace {

constexpr std::size_t kMaskBytes = 4;
constexpr std::size_t kCodeBytes = 2;  // of a frame that closes, before its reason
constexpr std::size_t kMessageBytesMax = 1U << 20U;
constexpr unsigned char kMaskBit = 0x80;
constexpr std::string_view kHeadEnd = "\r\n\r\n";
constexpr std::string_view kSay = R"({"type":"say","id":)";
constexpr std::string_view kText = R"(","text":")";

enum Step : std::uint8_t { kUpgrading, kEntering, kIn, kEnded, kBroken };

void mask(const char* key, char* text, std::size_t size) noexcept {
  std::uint32_t word = 0;
  std::memcpy(&word, key, sizeof word);
  const std::uint64_t wide = std::uint64_t{word} << 32U | word;
  std::size_t i = 0;
  for (; i + sizeof wide <= size; i += sizeof wide) {
    std::uint64_t piece = 0;
    std::memcpy(&piece, text + i, sizeof piece);
    piece ^= wide;
    std::memcpy(text + i, &piece, sizeof piece);
  }
  for (; i < size; ++i) text[i] = static_cast<char>(text[i] ^ key[i % kMaskBytes]);
}

/// A key that differs with what is masked; nobody has to be kept from guessing it here.
void make_key(const char* text, std::size_t size, char* key) noexcept {
  std::uint64_t seed = size;
  for (std::size_t i = 0; i < std::min<std::size_t>(size, 32); ++i) {
    seed = (seed ^ static_cast<unsigned char>(text[i])) * 0x100'0000'01b3ULL;
  }
  const auto word = static_cast<std::uint32_t>(seed ^ (seed >> 32U)) | 1U;
  std::memcpy(key, &word, sizeof word);
}

std::size_t write_client_header(WebSocketOpcode opcode, std::size_t size, char* out) {
  const WebSocketHeader header(opcode, true, size);
  const std::size_t bytes = header.bytes().copy(out, header.bytes().size());
  out[1] = static_cast<char>(static_cast<unsigned char>(out[1]) | kMaskBit);
  return bytes + kMaskBytes;
}

void append_client_frame(WebSocketOpcode opcode, std::string_view text, std::string& out) {
  std::string made(kFrameHeaderBytesMax + kMaskBytes + text.size(), '\0');
  const std::size_t head = write_client_header(opcode, text.size(), made.data());
  text.copy(made.data() + head, text.size());
  make_key(made.data() + head, text.size(), made.data() + head - kMaskBytes);
  mask(made.data() + head - kMaskBytes, made.data() + head, text.size());
  out.append(made, 0, head + text.size());
}

/// A frame as the server sent it; size 0: it is not whole yet.
struct Received {
  std::size_t size = 0;
  WebSocketOpcode opcode = WebSocketOpcode::text;
  bool is_final = true;
  bool is_good = true;
  std::string_view payload;
};

Received read_frame(std::string_view bytes) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  if (bytes.size() < 2) return {};
  Received made;
  made.opcode = static_cast<WebSocketOpcode>(byte(0) & 0x0FU);
  const bool is_control = (byte(0) & 0x08U) != 0;
  const std::size_t shortest = byte(1);
  const std::size_t length_bytes = shortest == 126 ? 2 : shortest == 127 ? 8 : 0;
  made.is_final = (byte(0) & 0x80U) != 0;
  const bool has_reserved_bit = (byte(0) & 0x70U) != 0;
  made.is_good = !has_reserved_bit && (byte(1) & kMaskBit) == 0 &&
                 !(is_control && (length_bytes != 0 || !made.is_final)) &&
                 !(made.opcode == WebSocketOpcode::close && shortest == 1) &&  // half a code
                 (made.opcode <= WebSocketOpcode::binary ||
                  (is_control && made.opcode <= WebSocketOpcode::pong));
  if (bytes.size() < 2 + length_bytes) return made.is_good ? Received{} : made;
  std::uint64_t length = length_bytes == 0 ? shortest : 0;
  for (std::size_t i = 0; i < length_bytes; ++i) length = length << 8U | byte(2 + i);
  if (length > kMessageBytesMax) made.is_good = false;
  if (!made.is_good) {
    made.size = bytes.size();
    made.payload = bytes;
    return made;
  }
  if (bytes.size() < 2 + length_bytes + length) return {};
  made.size = 2 + length_bytes + static_cast<std::size_t>(length);
  made.payload = bytes.substr(2 + length_bytes, static_cast<std::size_t>(length));
  return made;
}

/// The number that begins `text`, 0 if there is none.
std::uint64_t number_at(std::string_view text) noexcept {
  return parse_whole(text.substr(0, text.find_first_not_of("0123456789"))).value_or(0);
}

/// The value of a header field of the answer; names are compared without case.
std::string_view field_of(std::string_view head, std::string_view lower_name) {
  while (!head.empty()) {
    const Line line = first_line(head);
    if (line.size == 0) break;
    head.remove_prefix(line.size);
    const std::size_t colon = line.text.find(':');
    if (colon != lower_name.size()) continue;
    bool is_same = true;
    for (std::size_t i = 0; i < colon; ++i) {
      const char c = line.text[i];
      is_same = is_same && (c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c) == lower_name[i];
    }
    if (!is_same) continue;
    const std::size_t begin = line.text.find_first_not_of(" \t", colon + 1);
    if (begin == std::string_view::npos) return {};
    return line.text.substr(begin, line.text.find_last_not_of(" \t") + 1 - begin);
  }
  return {};
}

class WsDialect final : public Dialect {
 public:
  WsDialect(Purpose purpose, std::uint32_t nonce)
      : purpose_(purpose),
        stem_(fmt::format("{:05x}-", nonce & 0xF'FFFFU)),
        key_(fmt::format("{:05x}grottoload123456A==", nonce & 0xF'FFFFU)),
        accept_(websocket_accept(key_).value_or("")) {
    if (purpose == Purpose::room) {
      append_client_frame(WebSocketOpcode::text, "/quit", farewell_);
    }
  }

  void greet(const Talk& /*talk*/, std::string& out) const override {
    out += fmt::format(
        "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {}\r\n\r\n",
        key_);
  }

  Frame next(Talk& talk, std::string_view bytes, std::string& out) const override {
    if (talk.step == kUpgrading) return next_of_upgrade(talk, bytes, out);
    Frame frame;
    if (bytes.empty()) return frame;
    if (talk.step == kBroken) {  // where the next frame begins is not known any more
      frame.kind = Frame::Kind::notice;
      frame.size = bytes.size();
      return frame;
    }
    if (talk.step == kEnded) {  // nothing may follow (RFC 6455 section 5.5.1)
      talk.step = kBroken;
      frame.kind = Frame::Kind::alien;
      frame.size = bytes.size();
      frame.text = bytes;
      return frame;
    }
    Received received = read_frame(bytes);
    if (received.size == 0 && received.is_good) return frame;
    received.is_good = received.is_good && is_in_order(talk, received);
    frame.size = received.size == 0 ? bytes.size() : received.size;
    frame.text = received.payload;
    frame.kind = Frame::Kind::notice;
    if (!received.is_good) {
      talk.step = kBroken;
      frame.kind = Frame::Kind::alien;
      frame.size = bytes.size();
      frame.text = bytes;
      return frame;
    }
    switch (received.opcode) {
      case WebSocketOpcode::ping:
        append_client_frame(WebSocketOpcode::pong, received.payload, out);
        return frame;
      case WebSocketOpcode::close:
        append_client_frame(WebSocketOpcode::close, received.payload.substr(0, kCodeBytes), out);
        take_close(received.payload, frame);
        talk.step = kEnded;
        return frame;
      case WebSocketOpcode::pong: return frame;
      case WebSocketOpcode::text:
      case WebSocketOpcode::binary:
      case WebSocketOpcode::continuation: break;
    }
    if (talk.is_in_message || !received.is_final) {
      if (!talk.is_in_message) talk.message.clear();
      talk.message.append(received.payload);
      talk.is_in_message = !received.is_final;
      if (talk.is_in_message) return frame;
      frame.text = talk.message;
    }
    if (purpose_ == Purpose::echo) {
      frame.kind = Frame::Kind::payload;
    } else {
      read_object(talk, received.payload, frame);
    }
    return frame;
  }

  std::size_t write_head(const Talk& /*talk*/, std::size_t text_bytes, char* head) const override {
    return write_client_header(WebSocketOpcode::text, text_bytes, head);
  }
  [[nodiscard]] std::string_view tail() const override { return {}; }
  void seal(char* text, std::size_t text_bytes) const override {
    make_key(text, text_bytes, text - kMaskBytes);
    mask(text - kMaskBytes, text, text_bytes);
  }
  [[nodiscard]] bool is_lead_of(std::string_view lead, std::uint32_t sender) const override {
    if (purpose_ == Purpose::echo) return lead.empty();
    const std::string wanted = fmt::format(R"("from":"{}{}{})", stem_, sender, kText);
    return lead.ends_with(wanted);
  }
  [[nodiscard]] std::string_view farewell() const override { return farewell_; }

 private:
  Frame next_of_upgrade(Talk& talk, std::string_view bytes, std::string& out) const {
    const Line first = first_line(bytes);
    const std::size_t seen = std::min<std::size_t>(bytes.size(), 5);
    if (bytes.substr(0, seen) != std::string_view("HTTP/").substr(0, seen)) {
      if (first.size == 0) return {};
      return whole_line(Frame::Kind::alien, first);
    }
    const std::size_t end = bytes.find(kHeadEnd);
    if (end == std::string_view::npos) return {};
    const std::string_view head = bytes.substr(0, end + kHeadEnd.size());
    const Line whole{.text = first.text, .size = head.size()};
    if (!first.text.starts_with("HTTP/1.1 101 ")) return whole_line(Frame::Kind::refused, whole);
    if (field_of(head, "sec-websocket-accept") != accept_) {
      const Line wrong{.text = bytes.substr(0, end), .size = head.size()};
      return whole_line(Frame::Kind::alien, wrong);
    }
    if (purpose_ == Purpose::echo) {
      talk.step = kIn;
      return whole_line(Frame::Kind::ready, whole);
    }
    talk.step = kEntering;
    append_client_frame(WebSocketOpcode::text, stem_ + std::to_string(talk.member), out);
    return whole_line(Frame::Kind::notice, whole);
  }

  /// RFC 6455 section 5.4.
  [[nodiscard]] bool is_in_order(const Talk& talk, const Received& received) const noexcept {
    const bool continues = received.opcode == WebSocketOpcode::continuation;
    if (received.opcode > WebSocketOpcode::binary) return true;  // a control frame, between pieces
    if (purpose_ == Purpose::room) return received.is_final && !continues;
    return continues == talk.is_in_message &&
           (!continues || talk.message.size() + received.payload.size() <= kMessageBytesMax);
  }

  static void take_close(std::string_view payload, Frame& frame) noexcept {
    frame.kind = Frame::Kind::ended;
    frame.text = {};
    if (payload.size() < kCodeBytes) return;
    for (const char c : payload.substr(0, kCodeBytes))
      frame.number = frame.number << 8U | static_cast<unsigned char>(c);
    frame.text = payload.substr(kCodeBytes);
  }

  /// What an object of the chat means.
  static void read_object(Talk& talk, std::string_view object, Frame& frame) {
    if (object.starts_with(kSay)) {
      const std::size_t begin = object.find(kText);
      if (number_at(object.substr(kSay.size())) < talk.live_from ||
          begin == std::string_view::npos) {
        return;  // it was said before
      }
      frame.lead = object.substr(0, begin + kText.size());
      frame.text = object.substr(frame.lead.size());
      frame.text = frame.text.substr(0, frame.text.find('"'));
      frame.kind = Frame::Kind::payload;
    } else if (object.starts_with(R"({"type":"skipped")")) {
      constexpr std::string_view kCount = R"("count":)";
      const std::size_t count = object.find(kCount);
      if (count == std::string_view::npos) return;
      frame.number = number_at(object.substr(count + kCount.size()));
      frame.kind = Frame::Kind::skipped;
    } else if (talk.step == kEntering && object.starts_with(R"({"type":"names")")) {
      constexpr std::string_view kNext = R"("next":)";
      const std::size_t next = object.find(kNext);
      if (next != std::string_view::npos) {
        talk.live_from = number_at(object.substr(next + kNext.size()));
      }
      talk.step = kIn;
      frame.kind = Frame::Kind::ready;
    } else if (talk.step == kEntering && object.starts_with(R"({"type":"refusal")")) {
      frame.kind = Frame::Kind::refused;
    }
  }

  const Purpose purpose_;
  const std::string stem_;
  const std::string key_;     // of 16 bytes, in base64
  const std::string accept_;  // what must be answered to it
  std::string farewell_;
};

}  // namespace

std::unique_ptr<Dialect> make_ws_dialect(Purpose purpose, std::uint32_t nonce) {
  return std::make_unique<WsDialect>(purpose, nonce);
}

}  // namespace grotto::load
