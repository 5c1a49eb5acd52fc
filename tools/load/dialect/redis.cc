// The dialect of Redis (RESP2 and RESP3, redis.io/docs/reference/protocol-spec): rooms are
// channels, an echo is ECHO.
//
//   request  = "*" count CRLF *( "$" bytes CRLF word CRLF )
//   message  = ( "*3" / ">3" ) CRLF $7 message $n channel $n text
// RESP3 is asked for because a connection that subscribes may publish there.
#include <fmt/format.h>

#include <charconv>

#include "load/dialect/dialect.h"

namespace grotto::load {

namespace {

constexpr std::string_view kRoom = "grotto";

struct Value {
  std::size_t size = 0;  // 0: incomplete
  char type = 0;
  std::string_view text;   // of a simple or bulk string
  std::string_view items;  // of an aggregate: the bytes of what is in it
  bool is_bad = false;
};

/// One RESP value; aggregates are walked through.
Value read_value(std::string_view bytes, int depth = 0) {
  const Line head = first_line(bytes);
  if (bytes.empty() || (head.size == 0 && bytes.size() < 4096)) return {};
  Value value;
  value.type = bytes[0];
  if (head.size == 0 || head.text.empty() || depth > 4)
    return value.is_bad = true, value.size = bytes.size(), value;
  value.size = head.size;
  value.text = head.text.substr(1);
  std::int64_t number = 0;
  const auto read_number = [&] {
    return std::from_chars(value.text.data(), value.text.data() + value.text.size(), number).ec ==
           std::errc{};
  };
  switch (value.type) {
    case '+':
    case '-':
    case ':':
    case '_':
    case '#':
    case ',':
    case '(': return value;
    case '$':
    case '=': {
      if (!read_number() || number > 1 << 20) break;
      if (number < 0) return value.text = {}, value;
      const auto size = static_cast<std::size_t>(number);
      if (bytes.size() < head.size + size + 2) return {};
      value.text = bytes.substr(head.size, size);
      value.size += size + 2;
      return value;
    }
    case '*':
    case '>':
    case '~':
    case '%': {
      if (!read_number() || number > 1024) break;
      const std::int64_t items = value.type == '%' ? 2 * number : number;
      for (std::int64_t i = 0; i < items; ++i) {
        const Value item = read_value(bytes.substr(value.size), depth + 1);
        if (item.size == 0) return {};
        if (item.is_bad) return value.is_bad = true, value;
        value.size += item.size;
      }
      value.items = bytes.substr(head.size, value.size - head.size);
      return value;
    }
    default: break;
  }
  value.is_bad = true;
  return value;
}

class RedisDialect final : public Dialect {
 public:
  explicit RedisDialect(Purpose purpose) noexcept : purpose_(purpose) {}

  void greet(const Talk& talk, std::string& out) const override {
    if (purpose_ == Purpose::room && talk.is_reader) {
      out += fmt::format("*2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n*2\r\n$9\r\nSUBSCRIBE\r\n${}\r\n{}\r\n",
                         kRoom.size(), kRoom);
    } else {
      out += "*1\r\n$4\r\nPING\r\n";
    }
  }

  Frame next(Talk& talk, std::string_view bytes, std::string& /*out*/) const override {
    const Value value = read_value(bytes);
    if (value.size == 0) return {};
    Frame frame{.kind = Frame::Kind::notice,
                .size = value.size,
                .text = bytes.substr(0, value.size),
                .lead = {},
                .number = 0};
    if (value.is_bad) {
      const Line line = first_line(bytes);
      frame.kind = Frame::Kind::alien;
      if (line.size > 0) frame.text = line.text, frame.size = line.size;
    } else if (value.type == '-') {
      frame.kind = Frame::Kind::refused;
      frame.text = value.text;
    } else if (has_first(value, "PING") || has_first(value, "HELLO")) {
      frame.kind = Frame::Kind::alien;  // our own words: an echo
    } else if (talk.step == 0) {
      if (value.text == "PONG" || has_first(value, "subscribe"))
        talk.step = 1, frame.kind = Frame::Kind::ready;
    } else if (purpose_ == Purpose::echo) {
      frame.kind = Frame::Kind::payload;
      frame.text = value.text;
    } else if (has_first(value, "message")) {
      const std::string_view items = value.items;
      const std::size_t channel_at = read_value(items).size;
      const Value text =
          read_value(items.substr(channel_at + read_value(items.substr(channel_at)).size));
      frame.kind = Frame::Kind::payload;
      frame.text = text.text;
    }
    return frame;
  }

  std::size_t write_head(const Talk& /*talk*/, std::size_t text_bytes, char* head) const override {
    const auto end = purpose_ == Purpose::echo
                         ? fmt::format_to(head, "*2\r\n$4\r\nECHO\r\n${}\r\n", text_bytes)
                         : fmt::format_to(head, "*3\r\n$7\r\nPUBLISH\r\n${}\r\n{}\r\n${}\r\n",
                                          kRoom.size(), kRoom, text_bytes);
    return static_cast<std::size_t>(end - head);
  }
  [[nodiscard]] std::string_view tail() const override { return "\r\n"; }
  [[nodiscard]] bool hears_itself() const override { return true; }
  [[nodiscard]] bool sender_is_reader() const override { return false; }
  [[nodiscard]] bool is_lead_of(std::string_view lead, std::uint32_t /*sender*/) const override {
    return lead.empty();
  }

 private:
  static bool has_first(const Value& value, std::string_view word) {
    return (value.type == '*' || value.type == '>') && read_value(value.items).text == word;
  }

  const Purpose purpose_;
};

}  // namespace

std::unique_ptr<Dialect> make_redis_dialect(Purpose purpose) {
  return std::make_unique<RedisDialect>(purpose);
}

}  // namespace grotto::load
