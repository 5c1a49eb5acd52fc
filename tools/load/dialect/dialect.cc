#include "load/dialect/dialect.h"

#include <cstring>

namespace grotto::load {

const std::vector<std::string>& dialect_names() {
  static const std::vector<std::string> names{"line", "grotto", "redis", "nats", "irc", "ws"};
  return names;
}

std::unique_ptr<Dialect> make_dialect(std::string_view name, Purpose purpose, std::uint32_t nonce) {
  if (name == "line") return make_line_dialect(purpose);
  if (name == "grotto") return make_grotto_dialect(purpose, nonce);
  if (name == "redis") return make_redis_dialect(purpose);
  if (name == "nats") return make_nats_dialect(purpose);
  if (name == "irc") return make_irc_dialect(purpose, nonce);
  if (name == "ws") return make_ws_dialect(purpose, nonce);
  return nullptr;
}

std::size_t put_line(const Dialect& dialect, const Talk& talk, const Payload& payload,
                     std::size_t text_bytes, char* out) {
  char* const text = out + dialect.write_head(talk, text_bytes, out);
  write_payload(payload, text, text_bytes);
  dialect.seal(text, text_bytes);
  const std::string_view tail = dialect.tail();
  return static_cast<std::size_t>(text - out) + text_bytes +
         tail.copy(text + text_bytes, tail.size());
}

Line first_line(std::string_view bytes) noexcept {
  const void* const found = bytes.empty() ? nullptr : std::memchr(bytes.data(), '\n', bytes.size());
  if (found == nullptr) return {};
  const auto end = static_cast<std::size_t>(static_cast<const char*>(found) - bytes.data());
  std::string_view text = bytes.substr(0, end);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return {text, end + 1};
}

Frame whole_line(Frame::Kind kind, const Line& line) noexcept {
  return {.kind = kind, .size = line.size, .text = line.text, .lead = {}, .number = 0};
}

Frame payload_in(const Line& line, Frame::Kind otherwise) noexcept {
  const auto found = [&](std::size_t begin) {
    Payload ignored;
    return read_payload(line.text.substr(begin), ignored) != PayloadState::alien;
  };
  const auto payload_from = [&](std::size_t begin) {
    return Frame{.kind = Frame::Kind::payload,
                 .size = line.size,
                 .text = line.text.substr(begin),
                 .lead = line.text.substr(0, begin),
                 .number = 0};
  };
  std::size_t begin = line.text.rfind(kPayloadMark);
  // A changed byte may look like the mark: then what follows is too short a piece.
  for (; begin != std::string_view::npos && begin > 0 && !found(begin);
       begin = line.text.rfind(kPayloadMark, begin - 1)) {
  }
  if (begin != std::string_view::npos && found(begin)) return payload_from(begin);
  // The mark itself may be what was changed. A short word is rather somebody's name.
  constexpr std::size_t kPieceBytesMin = 20;
  begin = line.text.rfind(' ') + 1;
  if (line.text.size() - begin < kPieceBytesMin || !found(begin))
    return whole_line(otherwise, line);
  return payload_from(begin);
}

}  // namespace grotto::load
