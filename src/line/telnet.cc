#include "line/telnet.h"

namespace grotto {
namespace {

constexpr std::uint8_t kEcho = 1;
constexpr std::uint8_t kSuppressGoAhead = 3;
constexpr std::uint8_t kTimingMark = 6;
constexpr std::uint8_t kTerminalType = 24;
constexpr std::uint8_t kWindowSize = 31;
constexpr std::size_t kTerminalBytesMax = 40;
constexpr unsigned kColumnsMin = 8;  // narrower windows are told by mistake
constexpr unsigned kColumnsMax = 1000;

void send(std::string& replies, TelnetCommand verb, std::uint8_t option) {
  replies += {kIac, static_cast<char>(verb), static_cast<char>(option)};
}

void send_ours(std::string& replies, TelnetOption::Answer answer, std::uint8_t option) {
  if (answer) send(replies, *answer ? TelnetCommand::will : TelnetCommand::wont, option);
}

void send_theirs(std::string& replies, TelnetOption::Answer answer, std::uint8_t option) {
  if (answer) send(replies, *answer ? TelnetCommand::do_ : TelnetCommand::dont, option);
}

unsigned number(std::string_view bytes, std::size_t at) noexcept {
  return static_cast<unsigned char>(bytes[at]) * 256U + static_cast<unsigned char>(bytes[at + 1]);
}

}  // namespace

Telnet::Step Telnet::next(std::string_view& input, std::string_view& data, std::string& replies) {
  while (true) {
    const TelnetItem item = codec_.next(input);
    switch (item.kind) {
      case TelnetItem::Kind::need_more: return Step::need_more;
      case TelnetItem::Kind::data: data = item.bytes; return Step::data;
      case TelnetItem::Kind::command: {
        const Step step = on_command(item.command, replies);
        if (step != Step::need_more) return step;
        break;
      }
      case TelnetItem::Kind::negotiation: {
        const bool is_request =
            item.command == TelnetCommand::do_ || item.command == TelnetCommand::dont;
        if (is_request) {
          on_request(item.command == TelnetCommand::do_, item.option, replies);
        } else {
          on_offer(item.command == TelnetCommand::will, item.option, replies);
        }
        return Step::changed;
      }
      case TelnetItem::Kind::subnegotiation:
      default: on_subnegotiation(item.option, item.bytes); return Step::changed;
    }
  }
}

void Telnet::start(std::string& replies) {
  is_started_ = true;
  send_ours(replies, echo_.request(true), kEcho);
  send_ours(replies, sga_.request(true), kSuppressGoAhead);
  send_theirs(replies, naws_.request(true), kWindowSize);
  send_theirs(replies, ttype_.request(true), kTerminalType);
}

void Telnet::hide(bool is_hidden, std::string& replies) {
  is_hiding_ = is_hidden;
  if (is_hidden || !is_started_) {
    send_ours(replies, echo_.request(is_hidden), kEcho);
  } else {
    settle(replies);
  }
}

// Step::need_more stands for "nothing the consumer has to do".
Telnet::Step Telnet::on_command(TelnetCommand command, std::string& replies) {
  if (command == TelnetCommand::ayt) replies += "[yes]\r\n";
  if (command == TelnetCommand::ec) return Step::erase_character;
  const bool is_void =
      command == TelnetCommand::ip || command == TelnetCommand::brk || command == TelnetCommand::el;
  return is_void ? Step::drop_line : Step::need_more;
}

void Telnet::on_request(bool yes, std::uint8_t option, std::string& replies) {
  if (option == kTimingMark) {
    // BSD telnet throws all output away after Ctrl-C until this comes: at once and every time.
    if (yes) send(replies, TelnetCommand::will, option);
    return;
  }
  const bool is_hidden_echo = option == kEcho && (is_hiding_ || !echo_.is_settled());
  if (is_hidden_echo || (is_started_ && (option == kEcho || option == kSuppressGoAhead))) {
    TelnetOption& ours = option == kEcho ? echo_ : sga_;
    send_ours(replies, ours.receive(yes, is_started_ || is_hiding_), option);
    settle(replies);
    return;
  }
  // ECHO and SGA unasked are refused too: a peer that edits its lines itself is left to it.
  if (!yes || refused_requests_[option]) return;
  refused_requests_.set(option);
  send(replies, TelnetCommand::wont, option);
}

void Telnet::on_offer(bool yes, std::uint8_t option, std::string& replies) {
  if (option == kWindowSize) {
    send_theirs(replies, naws_.receive(yes, true), option);
    return;
  }
  if (option == kTerminalType) {
    const bool was_on = ttype_.is_on();
    send_theirs(replies, ttype_.receive(yes, true), option);
    if (!was_on && ttype_.is_on() && terminal_.empty()) {
      replies += {kIac, static_cast<char>(TelnetCommand::sb), static_cast<char>(kTerminalType), 1,
                  kIac, static_cast<char>(TelnetCommand::se)};  // 1: SEND
    }
    return;
  }
  if (!yes || refused_offers_[option]) return;
  refused_offers_.set(option);
  send(replies, TelnetCommand::dont, option);
}

void Telnet::on_subnegotiation(std::uint8_t option, std::string_view bytes) {
  if (option == kWindowSize && naws_.is_on() && bytes.size() == 4) {
    const unsigned columns = number(bytes, 0);
    if (columns >= kColumnsMin && columns <= kColumnsMax) columns_ = columns;  // 0: not known
    if (number(bytes, 2) != 0) rows_ = number(bytes, 2);
  }
  if (option == kTerminalType && ttype_.is_on() && !bytes.empty() && bytes.front() == 0) {  // IS
    terminal_.clear();
    for (const char c : bytes.substr(1, kTerminalBytesMax)) {
      if (c > ' ' && c < '\x7F') terminal_ += c;
    }
  }
}

// ECHO without SGA is a terminal that shows nothing and sends whole lines; SGA without ECHO is one
// that sends keys it shows itself. Neither can be served well, so the half that was taken is given
// back.
// But for as long as something is hidden.
void Telnet::settle(std::string& replies) {
  if (is_hiding_) return;
  if (!echo_.is_settled() || !sga_.is_settled() || echo_.is_on() == sga_.is_on()) return;
  send_ours(replies, echo_.request(false), kEcho);
  send_ours(replies, sga_.request(false), kSuppressGoAhead);
}

}  // namespace grotto
