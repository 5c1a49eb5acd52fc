// WebSocketSession: a browser, or a program, that has upgraded to WebSocket (RFC 6455).
//
// Each text message is a line as typed in nc (several, if it holds line ends); what is told goes
// out as a text message each, and the feed's slices are frames already. A line that the service
// does not take yet is held, with what follows it, and nothing is read until resume(). For a
// service that wants bytes (echo) messages go through piece by piece, and what it writes while it
// is given one goes back with that one's opcode. Silence is answered by a ping, a peer that answers
// none is gone. websocket_session.cc is the way in, websocket_output.cc the way out. Threads: its
// worker's only. Lifetime: `service` outlives it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "door/close_feed.h"
#include "grotto/service.h"
#include "grotto/timer_wheel.h"
#include "line/line_framer.h"
#include "net/connection.h"
#include "web/websocket_decoder.h"

namespace grotto {

class WebSocketSession final : public ConnectionHandler, public Session, private Timer {
 public:
  /// The answer that ends HTTP was written before on_open().
  WebSocketSession(Service& service, const Limits& limits) noexcept;

  ~WebSocketSession() override;

  // ConnectionHandler
  void on_open(Connection& connection) override;
  void on_bytes(Connection& connection, std::string_view bytes) override;
  void on_end_of_input(Connection& connection) override;
  void on_outbox_low(Connection& connection) override;
  void on_idle(Connection& connection) override;
  void on_stopping(Connection& connection) override;
  [[nodiscard]] bool save(Connection& connection, StateWriter& state) override;
  void restore(Connection& connection, StateReader& state) override;
  [[nodiscard]] bool save_absent(Connection& connection, StateWriter& state) override;
  void on_upgrading(Connection& connection) override;
  void summarize(PeerSummary& summary) const noexcept override;
  void on_closed(Connection& connection, CloseReason reason) override;

  // Session
  [[nodiscard]] Framing framing() const noexcept override { return Framing::websocket; }
  void write(std::string_view bytes) override;
  void write_line(std::string_view text) override;
  [[nodiscard]] std::size_t outbox_bytes() const noexcept override {
    return connection_->outbox_bytes();
  }
  [[nodiscard]] std::size_t undelivered_bytes() const noexcept override {
    return connection_->undelivered_bytes();
  }
  void follow(Feed* feed) override;
  void touch() override { connection_->touch(); }
  void finish(CloseReason reason, std::string_view last_line) override;
  void abort(CloseReason reason) override { connection_->abort(reason); }
  void resume() override;
  [[nodiscard]] bool is_ending() const noexcept override { return !connection_->is_open(); }
  bool start_telnet() override { return false; }
  /// The page does as the service's object says.
  bool hide_input(bool /*is_hidden*/) override { return true; }
  /// Messages count; pings and pongs do not.
  [[nodiscard]] std::uint64_t idle_ms() const noexcept override;
  [[nodiscard]] std::string peer_name() const override { return connection_->peer().to_string(); }
  [[nodiscard]] std::string peer_host() const override { return connection_->peer().host(); }

 private:
  struct Extra;  // below

  void on_timer() override;
  void on_due();
  void arm_deadline(std::uint64_t ping_in_ms);

  // The way in.
  void take_input(std::span<char> input);
  void take_data();
  [[nodiscard]] bool take_text(std::string_view text, bool ends_message);
  void take_bytes(std::string_view bytes);
  [[nodiscard]] bool take_line(std::string_view line);
  [[nodiscard]] bool offer(std::string_view text);
  void hold_text(std::string_view text, bool ends_message);
  void hold_input(std::span<char> input);
  void go_on();
  void continue_held();
  void take_ping();
  void take_close();
  void refuse_long_line();
  void leave();
  [[nodiscard]] bool is_stuck() const noexcept { return is_holding_ || is_choked_; }
  [[nodiscard]] bool is_outbox_full() const noexcept;

  // The way out.
  void write_piece(std::string_view bytes, bool ends_message);
  void write_control(WebSocketOpcode opcode, std::string_view payload);
  void fail(WebSocketCode code, std::string_view sentence);

  Extra& extra();
  [[nodiscard]] const Limits& limits() const noexcept;

  Service& service_;
  Connection* connection_ = nullptr;
  std::unique_ptr<Extra> extra_;
  Feed* feed_ = nullptr;  // of the service
  LineFramer framer_;
  WebSocketDecoder decoder_;
  std::uint64_t last_message_ms_ = 0;
  std::uint64_t lines_in_ = 0;     // that the service took
  std::uint32_t ping_second_ = 0;  // when pings_ were heard
  std::uint16_t pings_ = 0;
  std::uint8_t missed_pings_ = 0;
  bool is_open_ : 1 = false;       // the service knows of it
  bool has_had_line_ : 1 = false;  // of this message
  bool is_holding_ : 1 = false;
  bool is_choked_ : 1 = false;  // the outbox is full
  bool has_input_ended_ : 1 = false;
  bool is_replying_ : 1 = false;    // a service of bytes is being given a piece
  bool is_reply_open_ : 1 = false;  // its message's last frame was not written
  bool has_peer_closed_ : 1 = false;
};

/// What few peers need: one allocation, made when it is needed.
struct WebSocketSession::Extra {
  explicit Extra(WebSocketSession& session) : again(session) {}
  TimerOf<WebSocketSession, &WebSocketSession::go_on> again;
  std::string held_line;     // the service said `wait`
  std::string pending_text;  // of the same message, behind it
  std::string pending;       // input behind that, as it came
  std::string reply;         // what a service of bytes writes while it is given a piece
  std::optional<CloseFeed> closing;
  bool ends_pending_message = false;
};

}  // namespace grotto
