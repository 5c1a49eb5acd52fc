// The dialect of grottod's chat with names asked for (docs/protocol.md): a name, "Welcome NAME!",
// then "NAME: text" lines among the server's own. As an echo server, grottod is any line server.
#include <fmt/format.h>

#include <charconv>

#include "load/dialect/dialect.h"

namespace grotto::load {

namespace {

constexpr std::string_view kSkippedEnd = " skipped: your connection was too slow --";

/// "-- 37 lines skipped: …" → 37.
bool read_skipped(std::string_view text, std::uint64_t& number) noexcept {
  if (!text.starts_with("-- ") || !text.ends_with(kSkippedEnd)) return false;
  const auto read = std::from_chars(text.data() + 3, text.data() + text.size(), number);
  const auto rest = text.substr(static_cast<std::size_t>(read.ptr - text.data()));
  return read.ec == std::errc{} && rest.starts_with(" line");
}

class GrottoDialect final : public Dialect {
 public:
  explicit GrottoDialect(std::uint32_t nonce) : stem_(fmt::format("{:05x}-", nonce & 0xF'FFFFU)) {}

  void greet(const Talk& talk, std::string& out) const override {
    out += name_of(talk.member);
    out += '\n';
  }

  bool choose_room(std::string_view name) override {
    room_ = name;
    return true;
  }

  Frame next(Talk& talk, std::string_view bytes, std::string& out) const override {
    const Line line = first_line(bytes);
    if (line.size == 0) return {};
    if (talk.step == kOutside) return next_before_welcome(talk, line, out);
    if (talk.step == kOnTheWay) return next_before_room(talk, line);
    if (line.text.starts_with("-- ")) {
      std::uint64_t number = 0;
      if (read_skipped(line.text, number)) {
        Frame frame = whole_line(Frame::Kind::skipped, line);
        frame.number = number;
        return frame;
      }
      if (line.text == "-- now --") talk.is_in_history = false;
      if (line.text.ends_with(" earlier lines --") || line.text.ends_with(" earlier line --")) {
        talk.is_in_history = true;
      }
    }
    if (talk.is_in_history) return whole_line(Frame::Kind::notice, line);
    return payload_in(line, Frame::Kind::notice);
  }

  std::size_t write_head(const Talk& /*talk*/, std::size_t /*text_bytes*/,
                         char* /*head*/) const override {
    return 0;
  }
  [[nodiscard]] std::string_view tail() const override { return "\n"; }
  [[nodiscard]] bool is_lead_of(std::string_view lead, std::uint32_t sender) const override {
    return lead.size() > stem_.size() + 2 && lead.ends_with(": ") && lead == name_of(sender) + ": ";
  }
  [[nodiscard]] std::string_view farewell() const override { return "/quit\n"; }

 private:
  [[nodiscard]] std::string name_of(std::uint32_t member) const {
    return stem_ + std::to_string(member);
  }

  Frame next_before_welcome(Talk& talk, const Line& line, std::string& out) const {
    const std::string name = name_of(talk.member);
    if (line.text.starts_with("Welcome " + name)) {
      talk.step = room_.empty() ? kInside : kOnTheWay;
      if (talk.step == kInside) return whole_line(Frame::Kind::ready, line);
      out += fmt::format("/join {}\n/leave lobby\n", room_);
      return whole_line(Frame::Kind::notice, line);
    }
    if (line.text.starts_with("The name ")) return whole_line(Frame::Kind::refused, line);
    // Who gives our name back is an echo; the others are known by how they complain or greet.
    for (const std::string_view other : {"-ERR", "INFO {", "HTTP/", ":", "ERROR", "NOTICE "}) {
      if (line.text.starts_with(other)) return whole_line(Frame::Kind::alien, line);
    }
    return whole_line(line.text == name ? Frame::Kind::alien : Frame::Kind::notice, line);
  }

  /// He is in when he has left the lobby: until then he would hear two rooms.
  Frame next_before_room(Talk& talk, const Line& line) const {
    if (line.text == "You left lobby; your lines go to " + room_ + ".") {
      talk.step = kInside;
      return whole_line(Frame::Kind::ready, line);
    }
    const bool is_refusal = line.text.ends_with("]") && line.text.find(" [") != line.text.npos &&
                            line.text.find(": ") == line.text.npos;
    return whole_line(is_refusal ? Frame::Kind::refused : Frame::Kind::notice, line);
  }

  // Steps of a talk.
  static constexpr std::uint8_t kOutside = 0;
  static constexpr std::uint8_t kInside = 1;
  static constexpr std::uint8_t kOnTheWay = 100;  // from the lobby to `room_`

  const std::string stem_;
  std::string room_;  // empty: the lobby
};

}  // namespace

std::unique_ptr<Dialect> make_grotto_dialect(Purpose purpose, std::uint32_t nonce) {
  if (purpose == Purpose::echo) return make_line_dialect(purpose);
  return std::make_unique<GrottoDialect>(nonce);
}

}  // namespace grotto::load
