// Service manager: tells systemd what the server is doing (sd_notify(3), Type=notify).
//
// One datagram per state to the socket that $NOTIFY_SOCKET names. The protocol is these few lines;
// libsystemd would bring five libraries of compression and cryptography into the process for them.
// Without the variable each call does nothing. Nothing here waits or fails: a manager that does not
// read loses what is said. Threads: one; from_environment() before any other thread runs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/descriptor.h"

namespace grotto {

class ServiceManager {
 public:
  ServiceManager() = default;

  /// As the environment says, from which the variables are taken away: programs that are started
  /// must not speak for us.
  static ServiceManager from_environment();

  [[nodiscard]] bool is_there() const noexcept { return socket_.get() >= 0; }

  /// Clients can connect.
  void tell_ready() const noexcept { tell("READY=1"); }
  /// The configuration is being read anew; tell_ready() follows. With MONOTONIC_USEC, as
  /// Type=notify-reload wants it.
  void tell_reloading() const noexcept;
  void tell_stopping() const noexcept { tell("STOPPING=1"); }
  /// One line for people; a line end in it would be another message, and is made a space.
  void tell_status(std::string_view status) const noexcept;
  /// Another process goes on as the service.
  void tell_main_pid(int pid) const noexcept;
  /// The server lives.
  void tell_alive() const noexcept { tell("WATCHDOG=1"); }

  /// So often it wants tell_alive(), at least: half of WATCHDOG_USEC; 0: it does not ask.
  [[nodiscard]] std::uint64_t alive_every_ms() const noexcept { return alive_every_ms_; }

  /// For programs that are to speak for the service, such as the new one of an upgrade:
  /// "NOTIFY_SOCKET=…", "WATCHDOG_USEC=…", each empty without a manager.
  [[nodiscard]] const std::string& socket_variable() const noexcept { return socket_variable_; }
  [[nodiscard]] const std::string& watchdog_variable() const noexcept { return watchdog_variable_; }

 private:
  void tell(std::string_view state) const noexcept;

  Descriptor socket_;  // connected
  std::uint64_t alive_every_ms_ = 0;
  std::string socket_variable_;
  std::string watchdog_variable_;
};

}  // namespace grotto
