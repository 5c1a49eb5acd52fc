// EventSession: a program that follows by server-sent events (WHATWG HTML section 9.2): an HTTP
// answer without an end. What it sends meanwhile is dropped; what is told goes out as an event
// each. A comment now and then keeps proxies between us from taking it for dead. Threads: its
// worker's only.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "grotto/session.h"
#include "grotto/timer_wheel.h"
#include "grotto/web_api.h"
#include "net/connection.h"

namespace grotto {

class EventSession final : public ConnectionHandler, public Session, private Timer {
 public:
  /// The answer's head was written before on_open().
  explicit EventSession(std::unique_ptr<ApiStream> stream) noexcept : stream_(std::move(stream)) {}

  // ConnectionHandler
  void on_open(Connection& connection) override;
  void on_bytes(Connection& /*connection*/, std::string_view /*bytes*/) override {}
  void on_end_of_input(Connection& /*connection*/) override {}  // it may still read
  void on_idle(Connection& /*connection*/) override {}          // it has nothing to say
  void on_closed(Connection& connection, CloseReason reason) override;

  // Session
  [[nodiscard]] Framing framing() const noexcept override { return Framing::events; }
  void write(std::string_view bytes) override { connection_->write(bytes); }
  void write_line(std::string_view text) override;
  [[nodiscard]] std::size_t outbox_bytes() const noexcept override {
    return connection_->outbox_bytes();
  }
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
  bool hide_input(bool /*is_hidden*/) override { return false; }
  [[nodiscard]] std::uint64_t idle_ms() const noexcept override { return connection_->idle_ms(); }
  [[nodiscard]] std::string peer_name() const override { return connection_->peer().to_string(); }
  [[nodiscard]] std::string peer_host() const override { return connection_->peer().host(); }

 private:
  void on_timer() override;
  void on_due();

  std::unique_ptr<ApiStream> stream_;
  Connection* connection_ = nullptr;
};

}  // namespace grotto
