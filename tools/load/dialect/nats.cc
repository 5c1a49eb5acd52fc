// The dialect of NATS (docs.nats.io, client protocol): a room is a subject; an echo is a subject of
// one's own.
//
//   sent     = "PUB " subject " " bytes CRLF text CRLF
//   received = "MSG " subject " " sid " " bytes CRLF text CRLF
#include <fmt/format.h>

#include "base/numbers.h"
#include "load/dialect/dialect.h"

namespace grotto::load {

namespace {

class NatsDialect final : public Dialect {
 public:
  explicit NatsDialect(Purpose purpose) noexcept : purpose_(purpose) {}

  void greet(const Talk& /*talk*/, std::string& /*out*/) const override {
  }  // the server speaks first

  Frame next(Talk& talk, std::string_view bytes, std::string& out) const override {
    const Line line = first_line(bytes);
    if (line.size == 0) return {};
    if (talk.step == 0) {
      if (!line.text.starts_with("INFO ")) return whole_line(Frame::Kind::alien, line);
      talk.step = 1;
      out += fmt::format(
          "CONNECT "
          "{{\"verbose\":false,\"pedantic\":false,\"echo\":{},\"name\":\"grotto-load\"}}\r\n",
          purpose_ == Purpose::echo);
      if (talk.is_reader) out += fmt::format("SUB {} 1\r\n", subject(talk));
      out += "PING\r\n";
      return whole_line(Frame::Kind::notice, line);
    }
    if (line.text.starts_with("MSG ")) return next_message(bytes, line);
    if (line.text == "PING") {
      out += "PONG\r\n";
    } else if (line.text == "PONG" && talk.step == 1) {
      talk.step = 2;
      return whole_line(Frame::Kind::ready, line);
    } else if (line.text.starts_with("-ERR")) {
      return whole_line(Frame::Kind::refused, line);
    } else if (line.text != "PONG" && line.text != "+OK" && !line.text.starts_with("INFO ")) {
      return whole_line(Frame::Kind::alien, line);
    }
    return whole_line(Frame::Kind::notice, line);
  }

  std::size_t write_head(const Talk& talk, std::size_t text_bytes, char* head) const override {
    const auto end = purpose_ == Purpose::echo
                         ? fmt::format_to(head, "PUB grotto.{} {}\r\n", talk.member, text_bytes)
                         : fmt::format_to(head, "PUB grotto {}\r\n", text_bytes);
    return static_cast<std::size_t>(end - head);
  }
  [[nodiscard]] std::string_view tail() const override { return "\r\n"; }
  [[nodiscard]] bool sender_is_reader() const override { return false; }
  [[nodiscard]] bool is_lead_of(std::string_view lead, std::uint32_t /*sender*/) const override {
    return lead.empty();
  }

 private:
  [[nodiscard]] std::string subject(const Talk& talk) const {
    return purpose_ == Purpose::echo ? fmt::format("grotto.{}", talk.member) : "grotto";
  }

  static Frame next_message(std::string_view bytes, const Line& line) {
    constexpr std::uint64_t kTextBytesMax = 1U << 20U;
    const auto read = parse_whole(line.text.substr(line.text.rfind(' ') + 1));
    if (!read || *read > kTextBytesMax) return whole_line(Frame::Kind::alien, line);
    const auto size = static_cast<std::size_t>(*read);
    if (bytes.size() < line.size + size + 2) return {};
    return {.kind = Frame::Kind::payload,
            .size = line.size + size + 2,
            .text = bytes.substr(line.size, size),
            .lead = {},
            .number = 0};
  }

  const Purpose purpose_;
};

}  // namespace

std::unique_ptr<Dialect> make_nats_dialect(Purpose purpose) {
  return std::make_unique<NatsDialect>(purpose);
}

}  // namespace grotto::load
