// ByteDoor: for services that want every byte as it came (echo). It looks at none, unless the
// telnet door is turned on for its listener: then a peer that begins with IAC is answered and its
// commands are not passed on. Threads: its worker's only.
#pragma once

#include <memory>

#include "door/doors.h"
#include "grotto/session.h"
#include "line/telnet.h"
#include "net/connection.h"

namespace grotto {

class ByteDoor final : public ConnectionHandler, public Session {
 public:
  ByteDoor(Service& service, DoorSet doors) noexcept
      : service_(service), may_be_telnet_(doors.telnet) {}

  // ConnectionHandler
  void on_open(Connection& connection) override;
  void on_bytes(Connection& connection, std::string_view bytes) override;
  void on_end_of_input(Connection& connection) override;
  void on_stopping(Connection& connection) override;
  [[nodiscard]] bool save(Connection& connection, StateWriter& state) override;
  void restore(Connection& connection, StateReader& state) override;
  void on_upgrading(Connection& connection) override;
  void on_closed(Connection& connection, CloseReason reason) override;

  // Session
  void write(std::string_view bytes) override { connection_->write(bytes); }
  void write_line(std::string_view text) override;
  [[nodiscard]] std::size_t outbox_bytes() const noexcept override;
  [[nodiscard]] std::size_t undelivered_bytes() const noexcept override {
    return connection_->undelivered_bytes();
  }
  void follow(Feed* feed) override { connection_->follow(feed); }
  void touch() override { connection_->touch(); }
  void finish(CloseReason reason, std::string_view last_line) override;
  void abort(CloseReason reason) override { connection_->abort(reason); }
  void resume() override {}  // nothing is ever held
  [[nodiscard]] bool is_ending() const noexcept override { return !connection_->is_open(); }
  bool start_telnet() override { return false; }
  [[nodiscard]] std::uint64_t idle_ms() const noexcept override { return connection_->idle_ms(); }
  bool hide_input(bool /*is_hidden*/) override { return false; }
  [[nodiscard]] std::string peer_name() const override { return connection_->peer().to_string(); }
  [[nodiscard]] std::string peer_host() const override { return connection_->peer().host(); }

 private:
  void take_telnet(std::string_view bytes);

  Service& service_;
  Connection* connection_ = nullptr;
  std::unique_ptr<Telnet> telnet_;
  bool may_be_telnet_;  // until the first byte has told
};

}  // namespace grotto
