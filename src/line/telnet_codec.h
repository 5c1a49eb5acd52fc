// TelnetCodec: takes a telnet stream apart into data, commands, negotiations and subnegotiations
// (RFC 854, 855).
//
// Pure: bytes in, items out; it answers nothing. It survives any split, never copies data, and
// keeps at most `sub_bytes_max` bytes of a subnegotiation: a longer one is skipped to its end.
// Threads: owned by one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace grotto {

class StateReader;
class StateWriter;

/// The bytes after IAC (RFC 854).
enum class TelnetCommand : std::uint8_t {
  se = 240,
  nop = 241,
  data_mark = 242,
  brk = 243,
  ip = 244,
  ao = 245,
  ayt = 246,
  ec = 247,
  el = 248,
  ga = 249,
  sb = 250,
  will = 251,
  wont = 252,
  do_ = 253,
  dont = 254,
  iac = 255,
};

inline constexpr char kIac = static_cast<char>(0xFF);

struct TelnetItem {
  enum class Kind : std::uint8_t {
    data,            // `bytes` is what the peer typed, IAC IAC already one 0xFF
    command,         // `command` without an argument
    negotiation,     // `command` is will, wont, do_ or dont, of `option`
    subnegotiation,  // `bytes` of `option`
    need_more,       // the input is used up
  };
  Kind kind = Kind::need_more;
  TelnetCommand command = TelnetCommand::nop;
  std::uint8_t option = 0;
  std::string_view bytes{};  // data: a stretch of the input; else valid until the next call
};

class TelnetCodec {
 public:
  explicit TelnetCodec(std::size_t sub_bytes_max) noexcept : sub_bytes_max_(sub_bytes_max) {}

  /// Takes one item from the front of `input`. A data item may be fed again from any byte inside
  /// it: a consumer that stops halfway keeps the raw input from there on.
  TelnetItem next(std::string_view& input);

  /// For an upgrade: where in a command the input stands.
  void save(StateWriter& state) const;
  void restore(StateReader& state);

 private:
  enum class State : std::uint8_t { data, iac, option, sub_option, sub, sub_iac };

  // Each takes bytes from the front of `input`, at least one; true if `item` is whole.
  bool take_data(std::string_view& input, TelnetItem& item) noexcept;
  bool take_after_iac(std::string_view& input, TelnetItem& item) noexcept;
  bool take_option(std::string_view& input, TelnetItem& item) noexcept;
  bool take_sub_option(std::string_view& input) noexcept;
  bool take_sub(std::string_view& input);
  bool take_after_sub_iac(std::string_view& input, TelnetItem& item);

  void append_sub(std::string_view bytes);
  bool end_sub(TelnetItem& item) noexcept;

  std::size_t sub_bytes_max_;
  std::string sub_;
  State state_ = State::data;
  std::uint8_t verb_ = 0;
  std::uint8_t sub_option_ = 0;
  bool is_sub_too_long_ = false;
};

}  // namespace grotto
