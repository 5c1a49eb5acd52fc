// Telnet: the server's half of a telnet conversation with one peer (RFC 854, 857, 858, 860, 1073,
// 1091, 1143).
//
// Pure: the peer's bytes in, what they mean out, and replies to be sent. It offers and asks for
// nothing by itself; start() does (ECHO, SGA, NAWS, TTYPE). An option nobody here knows is refused
// once, so that no peer can make it loop or talk much. Made only for a peer that spoke telnet.
// Nothing here needs IAC doubled on the way out: what the server sends is UTF-8, where 0xFF cannot
// occur. Threads: owned by one.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "line/telnet_codec.h"
#include "line/telnet_option.h"

namespace grotto {

class StateReader;
class StateWriter;

class Telnet {
 public:
  enum class Step : std::uint8_t {
    data,             // `data` is what the peer typed: a stretch of the input
    drop_line,        // IP, BRK or EL: the line that is being typed is void
    erase_character,  // EC
    changed,          // is_character_mode() or columns() may have changed
    need_more,        // the input is used up
  };

  explicit Telnet(std::size_t sub_bytes_max) noexcept : codec_(sub_bytes_max) {}

  /// Takes from the front of `input` up to the next step and appends to `replies` what the peer
  /// must be told, in order. Like TelnetCodec::next(), data may be fed again from any byte inside.
  Step next(std::string_view& input, std::string_view& data, std::string& replies);

  /// Negotiates for editing by the server: WILL ECHO, WILL SGA, DO NAWS, DO TTYPE. Again: nothing
  /// new.
  void start(std::string& replies);

  /// Lets the peer show nothing of what its user types, or all again: WILL ECHO around a password
  /// (RFC 857). In character mode it is the server's editor that shows, and nothing is sent.
  void hide(bool is_hidden, std::string& replies);

  /// For an upgrade: all that was negotiated, and is being.
  void save(StateWriter& state) const;
  void restore(StateReader& state);

  /// The peer sends each key and leaves the echo to the server.
  [[nodiscard]] bool is_character_mode() const noexcept { return echo_.is_on() && sga_.is_on(); }

  /// The width of the peer's terminal; 80 until it was told.
  [[nodiscard]] unsigned columns() const noexcept { return columns_; }
  [[nodiscard]] unsigned rows() const noexcept { return rows_; }
  /// The name of the peer's terminal in printable ASCII, at most 40 bytes; empty until it was told.
  [[nodiscard]] const std::string& terminal() const noexcept { return terminal_; }

 private:
  Step on_command(TelnetCommand command, std::string& replies);
  void on_request(bool yes, std::uint8_t option, std::string& replies);  // DO, DONT
  void on_offer(bool yes, std::uint8_t option, std::string& replies);    // WILL, WONT
  void on_subnegotiation(std::uint8_t option, std::string_view bytes);
  void settle(std::string& replies);

  TelnetCodec codec_;
  TelnetOption echo_, sga_;    // ours
  TelnetOption naws_, ttype_;  // the peer's
  std::bitset<256> refused_requests_, refused_offers_;
  unsigned columns_ = 80;
  unsigned rows_ = 24;
  std::string terminal_;
  bool is_started_ = false;
  bool is_hiding_ = false;
};

}  // namespace grotto
