// LineDoor: people and programs that send lines: netcat, telnet, scripts.
//
// HelloDoor has told that they do, and opens it with what has come. Bytes → telnet, if there was an
// IAC → framer, or the editor in character mode → text rules → Service::on_line(). A line that the
// service does not take yet is held, with what follows it, and nothing is read until resume().
// line_door.cc is the way in, line_output.cc the way out. Threads: its worker's only.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "door/doors.h"
#include "door/first_bytes.h"
#include "door/redraw_feed.h"
#include "grotto/session.h"
#include "grotto/timer_wheel.h"
#include "line/line_editor.h"
#include "line/line_framer.h"
#include "line/telnet.h"
#include "net/connection.h"

namespace grotto {

class LineDoor final : public ConnectionHandler, public Session, private Timer {
 public:
  LineDoor(Service& service, DoorSet doors) noexcept;

  /// Greets, then takes `bytes`. Called once, after on_open() and before anything else.
  void open(bool is_telnet, std::string_view bytes);

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
  bool start_telnet() override;
  bool hide_input(bool is_hidden) override;
  [[nodiscard]] std::string_view first_command() const noexcept override {
    return is_opening_ ? std::string_view(extra_->hello) : std::string_view();
  }
  [[nodiscard]] std::uint64_t idle_ms() const noexcept override { return connection_->idle_ms(); }
  [[nodiscard]] std::string peer_name() const override { return connection_->peer().to_string(); }
  [[nodiscard]] std::string peer_host() const override { return connection_->peer().host(); }

 private:
  /// What few peers need: one allocation, made when it is needed and freed when it is not.
  struct Extra {
    std::string hello;      // the first command, if it came before the greeting
    std::string held_line;  // the service said `wait`
    std::string pending;    // input behind it, as it came
    std::unique_ptr<Telnet> telnet;
    std::unique_ptr<LineEditor> editor;  // character mode
    std::unique_ptr<RedrawFeed> redraw;
    unsigned throttled_lines = 0;  // so many lines more are read in small pieces
    bool is_hiding = false;        // what is typed is not shown
  };

  void on_timer() override;
  void on_due();

  // The way in.
  void greet(bool is_telnet, std::string_view bytes);
  void refuse(Hello hello);
  void take_input(std::string_view input);
  std::size_t take_telnet_step(std::string_view input);
  std::size_t take_data(std::string_view data);
  bool take_line(std::string_view line);
  bool offer(std::string_view text);
  void hold(std::string_view text);
  void hold_rest(std::string_view input);
  void offer_held();
  void take_pending();
  [[nodiscard]] bool is_outbox_full() const noexcept;
  void choke(std::string_view input);
  void take_last_line();
  void leave();
  [[nodiscard]] bool is_request_too_long(std::string_view data) const;
  void refuse_long_line();
  void note_taken() noexcept;

  // Upgrades (line_door_state.cc).
  void save_extra(StateWriter& state) const;
  void restore_extra(StateReader& state);

  // Telnet and editing.
  Extra& extra();
  Telnet& telnet();
  void settle_mode();
  void show_editor();
  void hide_editor();

  Service& service_;
  Connection* connection_ = nullptr;
  std::unique_ptr<Extra> extra_;
  Feed* feed_ = nullptr;  // of the service
  LineFramer framer_;
  std::uint64_t lines_in_ : 48 = 0;  // that the service took
  bool may_be_telnet_ : 1;
  bool begins_telnet_ : 1;
  bool is_open_ : 1 = false;        // greeted
  bool is_opening_ : 1 = false;     // being greeted, and `hello` is a command that has come
  bool has_had_input_ : 1 = false;  // since the greeting
  bool has_had_line_ : 1 = false;
  bool is_holding_ : 1 = false;
  bool is_choked_ : 1 = false;  // the outbox is full
  bool has_input_ended_ : 1 = false;
};

}  // namespace grotto
