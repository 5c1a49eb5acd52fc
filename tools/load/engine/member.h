// Member: one of a run's connections, from connecting to its end: connects, is let in as its
// dialect has it, and then gives what comes to what its workload makes of it (echo_member.h,
// room_member.h, …). Threads: its crew's only.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "load/check/room_log.h"
#include "load/dialect/dialect.h"
#include "load/engine/sender.h"
#include "load/result/report.h"
#include "net/connection.h"
#include "net/connector.h"

namespace grotto::load {

class Crew;
class RoomReader;

class Member : private ConnectorHandler {
 public:
  Member(Crew& crew, std::uint32_t index);
  Member(const Member&) = delete;
  Member& operator=(const Member&) = delete;
  virtual ~Member();

  // How it is connected: by a stream, unless a member has other ways (datagram_member.h).
  /// Connects, then greets. Ends in Crew::on_member_ready() or on_member_failed(), once.
  virtual void connect();
  /// Ends the connection as a polite client does; nothing is counted any more.
  virtual void leave();

  [[nodiscard]] std::uint32_t index() const noexcept { return talk_.member; }
  [[nodiscard]] virtual bool is_open() const noexcept {
    return step_ == Step::in && connection_ != nullptr;
  }
  /// It was in, and the server ended the connection.
  [[nodiscard]] virtual bool was_closed() const noexcept { return was_closed_; }

  /// Sends what its sender has before the tick ends.
  virtual void flush_soon() {
    if (connection_ != nullptr) connection_->touch();
  }
  /// Sends `bytes` as they are.
  void say(std::string_view bytes);

  // What a workload needs of it; by default nothing.
  [[nodiscard]] virtual Sender* sender() noexcept { return nullptr; }
  /// What may be sent now, by what has come. Called when something may have changed.
  virtual void refresh_window() {}
  /// Open loop: so many more lines (or lives) are due.
  virtual void allow_more(std::uint64_t lines);
  virtual void stop_sending();
  /// Its share of the lines (or lives) of this measuring is sent.
  [[nodiscard]] virtual bool has_sent_all();
  /// Whether nothing came for as long as the timeout, though lines are out: they are written off.
  virtual void write_off_if_stuck() {}
  virtual void begin_measuring() {}
  /// The line of the room's log that it waits for.
  [[nodiscard]] virtual std::uint64_t room_line() const noexcept { return RoomLog::kNone; }
  /// Whether it waits for one below `line`; it then gives the log up.
  virtual bool leave_room_line(std::uint64_t line) {
    static_cast<void>(line);
    return false;
  }
  /// Its reader of the room's log; nullptr if it reads none, or is not in.
  [[nodiscard]] virtual RoomReader* room_reader() noexcept { return nullptr; }
  /// Where its reader's conversation stands.
  [[nodiscard]] const Talk& room_talk() const noexcept { return talk_; }
  /// Goes on with what its reader held.
  virtual void read_on() {}
  [[nodiscard]] virtual bool is_settled() const { return true; }
  /// Adds what is missing to `tally`, at the end of a measuring.
  virtual void count_missing(Tally& tally) { static_cast<void>(tally); }

 protected:
  virtual void on_in() {}
  virtual void on_bytes(std::string_view bytes) = 0;
  /// The server ended the connection.
  virtual void on_lost() {}
  /// The connection is over.
  virtual void on_over() {}
  /// It could not be made, or the server did not let it in; that is counted already.
  virtual void on_failed() {}

  [[nodiscard]] Crew& crew() const noexcept { return crew_; }
  [[nodiscard]] Talk& talk() noexcept { return talk_; }
  [[nodiscard]] Connection* connection() const noexcept { return connection_; }
  void add_fault(std::string_view what, std::string_view bytes = {});
  /// The server said that it ends (Frame::Kind::ended): so do we once what came is read.
  void take_end(const Frame& frame);

 private:
  class Handler;
  enum class Step : std::uint8_t { fresh, connecting, greeting, in, leaving, over };

  void on_connected(int fd) override;
  void begin_greeting();
  void on_connect_failed(int error) override;
  void on_greeting(std::string_view bytes);
  void on_greeting_late();
  void on_closed(CloseReason reason);
  void finish_ended();
  void fail(int exit_status, std::string sentence);

  Crew& crew_;
  Talk talk_;
  Step step_ = Step::fresh;
  bool was_closed_ = false;
  bool is_ended_ = false;  // by a word of the server; the connection may stand
  Connector connector_;
  Connection* connection_ = nullptr;
  std::uint64_t begun_ns_ = 0;
  std::string heard_;       // while greeting: what has not been read, and then what was said last
  std::string last_words_;  // of the server; or why there is no TLS with it
  TimerOf<Member, &Member::on_greeting_late> greeting_timer_{*this};
};

}  // namespace grotto::load
