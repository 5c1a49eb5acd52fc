// ServerLink: the one connection to the server: made, used, lost, and made again if asked.
//
// It tries the addresses of the server's name one after the other. With TLS it is up when the
// server has proved who it is. What goes to the server is
// bounded (Outgoing). Threads: its worker's only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "client/link/outgoing.h"
#include "client/link/route.h"
#include "grotto/close_reason.h"
#include "net/connector.h"

namespace grotto {
class Connection;
class Worker;
}  // namespace grotto

namespace grotto::client {

/// Told what happens. Any of these may call connect() or drop().
class LinkHandler {
 public:
  virtual void on_link_up() = 0;
  /// No address answered, or its TLS is not to be trusted; `why` is the last one's fault:
  /// "Connection refused".
  virtual void on_link_failed(const std::string& why) = 0;
  virtual void on_link_bytes(std::string_view bytes) = 0;
  /// The server ended the connection, or (`was_cut`) it broke. It is down now.
  enum class End : std::uint8_t { by_server, was_cut };
  virtual void on_link_down(End end) = 0;
  /// There is room again for what goes out.
  virtual void on_link_low() {}

 protected:
  ~LinkHandler() = default;
};

class ServerLink final : private ConnectorHandler {
 public:
  ServerLink(Worker& worker, Route route, std::uint64_t timeout_ms, LinkHandler& handler);
  ServerLink(const ServerLink&) = delete;
  ServerLink& operator=(const ServerLink&) = delete;
  ~ServerLink();

  /// Outcome: on_link_up() or on_link_failed(), perhaps before this returns. REQUIRES: is_down().
  void connect();
  [[nodiscard]] bool is_down() const noexcept { return !is_up_; }

  /// False if too much is on its way already, or it is down: nothing is taken then.
  [[nodiscard]] bool send(std::string_view bytes);
  [[nodiscard]] bool is_high() const noexcept { return outgoing_.is_high(); }
  /// The server reads the end of our input once all is sent.
  void end_output();
  void pause_reading();
  void resume_reading();
  /// Ends it without a word; on_link_down() is not called.
  void drop();

 private:
  class Door;

  void on_connected(int fd) override;
  void on_connect_failed(int error) override;
  void try_next();
  void come_up();
  void on_closed(Door& door, CloseReason reason);

  Worker& worker_;
  const Route route_;
  const std::uint64_t timeout_ms_;
  LinkHandler& handler_;
  Outgoing outgoing_;
  Connector connector_;
  std::size_t next_address_ = 0;
  Connection* connection_ = nullptr;
  bool is_up_ = false;    // there is one, and it can be used
  Door* door_ = nullptr;  // the connection's handler
};

}  // namespace grotto::client
