// What is understood:
//   stream  = *( data / IAC IAC / IAC command / IAC verb option / IAC SB option *sub IAC SE )
//   verb    = WILL / WONT / DO / DONT
//   sub     = any byte but IAC / IAC IAC
// IAC with any other byte inside a subnegotiation ends it, and the byte is taken as a command: a
// peer that forgot SE is not deaf for ever (so do BSD telnetd and libtelnet).
#include "line/telnet_codec.h"

#include <algorithm>

namespace grotto {
namespace {

std::uint8_t take_byte(std::string_view& input) noexcept {
  const auto byte = static_cast<std::uint8_t>(input.front());
  input.remove_prefix(1);
  return byte;
}

constexpr bool is(std::uint8_t byte, TelnetCommand command) noexcept {
  return byte == static_cast<std::uint8_t>(command);
}

}  // namespace

TelnetItem TelnetCodec::next(std::string_view& input) {
  TelnetItem item;
  if (state_ == State::data) sub_.clear();
  bool is_whole = false;
  while (!is_whole && !input.empty()) {
    switch (state_) {
      case State::data: is_whole = take_data(input, item); break;
      case State::iac: is_whole = take_after_iac(input, item); break;
      case State::option: is_whole = take_option(input, item); break;
      case State::sub_option: is_whole = take_sub_option(input); break;
      case State::sub: is_whole = take_sub(input); break;
      case State::sub_iac:
      default: is_whole = take_after_sub_iac(input, item); break;
    }
  }
  return item;
}

bool TelnetCodec::take_data(std::string_view& input, TelnetItem& item) noexcept {
  const std::size_t length = std::min(input.find(kIac), input.size());
  if (length == 0) {
    state_ = State::iac;
    input.remove_prefix(1);
    return false;
  }
  item.kind = TelnetItem::Kind::data;
  item.bytes = input.substr(0, length);
  input.remove_prefix(length);
  return true;
}

bool TelnetCodec::take_after_iac(std::string_view& input, TelnetItem& item) noexcept {
  const std::string_view start = input;
  const std::uint8_t byte = take_byte(input);
  state_ = State::data;
  if (is(byte, TelnetCommand::iac)) {
    item.kind = TelnetItem::Kind::data;
    item.bytes = start.substr(0, 1);
    return true;
  }
  if (byte >= static_cast<std::uint8_t>(TelnetCommand::will)) {
    verb_ = byte;
    state_ = State::option;
    return false;
  }
  if (is(byte, TelnetCommand::sb)) {
    state_ = State::sub_option;
    return false;
  }
  item.kind = TelnetItem::Kind::command;
  item.command = static_cast<TelnetCommand>(byte);
  return true;
}

bool TelnetCodec::take_option(std::string_view& input, TelnetItem& item) noexcept {
  item.kind = TelnetItem::Kind::negotiation;
  item.command = static_cast<TelnetCommand>(verb_);
  item.option = take_byte(input);
  state_ = State::data;
  return true;
}

bool TelnetCodec::take_sub_option(std::string_view& input) noexcept {
  sub_.clear();
  is_sub_too_long_ = false;
  sub_option_ = take_byte(input);
  state_ = is(sub_option_, TelnetCommand::iac) ? State::sub_iac : State::sub;
  return false;
}

bool TelnetCodec::take_sub(std::string_view& input) {
  const std::size_t length = std::min(input.find(kIac), input.size());
  append_sub(input.substr(0, length));
  const bool is_escaped = length != input.size();
  input.remove_prefix(is_escaped ? length + 1 : length);
  if (is_escaped) state_ = State::sub_iac;
  return false;
}

bool TelnetCodec::take_after_sub_iac(std::string_view& input, TelnetItem& item) {
  if (is(static_cast<std::uint8_t>(input.front()), TelnetCommand::iac)) {
    append_sub(input.substr(0, 1));
    input.remove_prefix(1);
    state_ = State::sub;
    return false;
  }
  if (is(static_cast<std::uint8_t>(input.front()), TelnetCommand::se)) {
    input.remove_prefix(1);
    state_ = State::data;
    return end_sub(item);
  }
  sub_.clear();  // the byte is a command of its own, and what came before it is given up
  return take_after_iac(input, item);
}

void TelnetCodec::append_sub(std::string_view bytes) {
  if (is_sub_too_long_) return;
  if (sub_.size() + bytes.size() > sub_bytes_max_) {
    is_sub_too_long_ = true;
    sub_.clear();
    return;
  }
  sub_ += bytes;
}

// A subnegotiation that was too long, or has no option (IAC SB IAC SE), is nothing.
bool TelnetCodec::end_sub(TelnetItem& item) noexcept {
  if (is_sub_too_long_ || is(sub_option_, TelnetCommand::iac)) return false;
  item.kind = TelnetItem::Kind::subnegotiation;
  item.option = sub_option_;
  item.bytes = sub_;
  return true;
}

}  // namespace grotto
