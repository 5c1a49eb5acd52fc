// ProgramDoor: a program of the server's own, on its standard input and output (a bot).
//
// It is known: nobody waits for its first bytes, nor looks at them. Bytes → framer → text rules →
// Service::on_line(); a line that the service does not take yet is held, with what follows it, and
// nothing is read until resume(). Out go the feed and what the service writes as it is, with LF at
// the end of lines. What the service tells in lines of its own (answers, refusals) is for people:
// it goes to the log at `debug`. Not for peers from outside: there is LineDoor.
// Threads: its worker's only.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/log.h"
#include "door/program_feed.h"
#include "grotto/service.h"
#include "grotto/timer_wheel.h"
#include "line/line_framer.h"
#include "net/connection.h"

namespace grotto {

class ProgramDoor final : public ConnectionHandler, public Session, private Timer {
 public:
  using OnClosed = std::function<void(CloseReason reason)>;

  /// `service` outlives the connection. `name` is for the log. `on_closed` is called once, after
  /// the service was told.
  ProgramDoor(Service& service, std::string name, OnClosed on_closed);

  // ConnectionHandler
  void on_open(Connection& connection) override;
  void on_bytes(Connection& connection, std::string_view bytes) override;
  void on_end_of_input(Connection& connection) override;
  void on_outbox_low(Connection& connection) override;
  void on_idle(Connection& /*connection*/) override {}  // it may only listen
  void on_stopping(Connection& connection) override;
  void on_closed(Connection& connection, CloseReason reason) override;

  // Session
  void write(std::string_view bytes) override;
  void write_line(std::string_view text) override;
  [[nodiscard]] std::size_t outbox_bytes() const noexcept override;
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
  bool hide_input(bool /*is_hidden*/) override { return false; }
  [[nodiscard]] std::uint64_t idle_ms() const noexcept override { return connection_->idle_ms(); }
  [[nodiscard]] std::string peer_name() const override { return connection_->peer().to_string(); }
  [[nodiscard]] std::string peer_host() const override { return connection_->peer().host(); }

 private:
  void on_timer() override;
  void on_due();
  void take_input(std::string_view input);
  void refuse_long_line();
  bool take_line(std::string_view line);
  bool offer(std::string_view text);
  void take_last_line();
  [[nodiscard]] bool is_outbox_full() const noexcept;

  Service& service_;
  const std::string name_;
  const OnClosed on_closed_;
  Connection* connection_ = nullptr;
  ProgramFeed feed_;
  LineFramer framer_{0};
  EventGate long_lines_;
  std::string held_line_;  // the service said `wait`
  std::string pending_;    // input behind it, as it came: at most what one read took
  bool is_holding_ = false;
  bool is_choked_ = false;  // the outbox is full
  bool has_input_ended_ = false;
};

}  // namespace grotto
