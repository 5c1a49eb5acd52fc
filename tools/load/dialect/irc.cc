// The dialect of IRC (RFC 2812): a room is a channel; an echo is PING and its PONG.
//
//   received = ":" nick "!" user "@" host " PRIVMSG #grotto :" text CRLF
#include <fmt/format.h>

#include "load/dialect/dialect.h"

namespace grotto::load {

namespace {

class IrcDialect final : public Dialect {
 public:
  // A nick has 9 characters at most on many servers, and begins with a letter.
  IrcDialect(Purpose purpose, std::uint32_t nonce)
      : purpose_(purpose), stem_{'g', letter(nonce), letter(nonce / 26)} {}

  void greet(const Talk& talk, std::string& out) const override {
    out += fmt::format("NICK {}\r\nUSER grotto 0 * :grotto-load\r\n", nick_of(talk.member));
  }

  Frame next(Talk& talk, std::string_view bytes, std::string& out) const override {
    const Line line = first_line(bytes);
    if (line.size == 0) return {};
    if (line.text.starts_with("PING")) {
      out += "PONG" + std::string(line.text.substr(4)) + "\r\n";
      return whole_line(Frame::Kind::notice, line);
    }
    if (line.text.starts_with("ERROR")) return whole_line(Frame::Kind::refused, line);
    if (!line.text.starts_with(':')) {
      return whole_line(talk.step == 0 && !line.text.starts_with("NOTICE ") ? Frame::Kind::alien
                                                                            : Frame::Kind::notice,
                        line);
    }
    const std::string_view command =
        line.text.substr(std::min(line.text.size(), line.text.find(' ') + 1));
    if (command.starts_with("PRIVMSG ") ||
        (purpose_ == Purpose::echo && command.starts_with("PONG "))) {
      return payload_in(line, Frame::Kind::notice);
    }
    if (talk.step == 0 && command.starts_with("001 ")) {
      if (purpose_ == Purpose::room) {
        talk.step = 1;
        out += "JOIN #grotto\r\n";
      } else {
        talk.step = 2;
        return whole_line(Frame::Kind::ready, line);
      }
    } else if (talk.step == 1 && command.starts_with("366 ")) {
      talk.step = 2;
      return whole_line(Frame::Kind::ready, line);
    } else if (talk.step < 2 && command.starts_with("4") && !command.starts_with("422 ")) {
      return whole_line(Frame::Kind::refused, line);
    }
    return whole_line(Frame::Kind::notice, line);
  }

  std::size_t write_head(const Talk& /*talk*/, std::size_t /*text_bytes*/,
                         char* head) const override {
    const std::string_view words = purpose_ == Purpose::echo ? "PING :" : "PRIVMSG #grotto :";
    return words.copy(head, words.size());
  }
  [[nodiscard]] std::string_view tail() const override { return "\r\n"; }
  [[nodiscard]] bool is_lead_of(std::string_view lead, std::uint32_t sender) const override {
    return purpose_ == Purpose::echo || lead.starts_with(":" + nick_of(sender) + "!");
  }
  [[nodiscard]] std::string_view farewell() const override { return "QUIT\r\n"; }

 private:
  static char letter(std::uint32_t number) { return static_cast<char>('a' + number % 26); }
  [[nodiscard]] std::string nick_of(std::uint32_t member) const {
    return stem_ + std::to_string(member);
  }

  const Purpose purpose_;
  const std::string stem_;
};

}  // namespace

std::unique_ptr<Dialect> make_irc_dialect(Purpose purpose, std::uint32_t nonce) {
  return std::make_unique<IrcDialect>(purpose, nonce);
}

}  // namespace grotto::load
