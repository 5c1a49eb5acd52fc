// Server::Entry, Server::UdpEcho: where peers come in: a listener, and the datagram socket beside
// an echo's. Threads: worker 0's only. Lifetime: the server's, and before its worker's end.
#pragma once

#include <memory>
#include <string>

#include "base/descriptor.h"
#include "base/thinned_log.h"
#include "daemon/server.h"
#include "net/listener.h"
#include "net/udp_endpoint.h"

namespace grotto {

class Server::Entry final : private ListenerHandler {
 public:
  Entry(Server& server, Worker& worker, const ListenerSettings& settings,
        const Destination& destination)
      : server_(server),
        settings_(settings),
        destination_(destination),
        failures_(worker.wheel(), "accept failed", 1) {}

  /// `inherited`: the socket that another process has opened for it; none: it is opened here.
  Result<Done> open(Worker& worker, Descriptor inherited);
  void start();
  void stop() { listener_->stop(); }
  /// Another process listens on it.
  void disown() { listener_->disown(); }
  [[nodiscard]] int descriptor() const { return listener_->descriptor(); }
  [[nodiscard]] std::string local_name() const { return listener_->local_name(); }
  [[nodiscard]] const ListenerSettings& settings() const noexcept { return settings_; }
  [[nodiscard]] const Destination& destination() const noexcept { return destination_; }

 private:
  void on_accept(int fd, const Address& peer) override;
  void on_accept_error(int error) override;
  [[nodiscard]] WorkerCounters& counters() const noexcept;

  Server& server_;
  const ListenerSettings settings_;
  const Destination destination_;
  ThinnedLog failures_;
  std::unique_ptr<Listener> listener_;
};

class Server::UdpEcho final : private DatagramHandler {
 public:
  /// `worker`: the one of `admission`.
  UdpEcho(Worker& worker, const Admission& admission, std::string endpoint)
      : worker_(worker), admission_(admission), endpoint_name_(std::move(endpoint)) {}

  /// `address`: what to bind, unless there is an inherited socket.
  Result<Done> open(const std::string& address, Descriptor inherited);
  void announce() const;
  [[nodiscard]] int descriptor() const { return endpoint_->descriptor(); }
  /// Of the listener that it stands beside, as it is configured.
  [[nodiscard]] const std::string& endpoint() const noexcept { return endpoint_name_; }

 private:
  bool on_datagram(const Address& source, std::string_view bytes) override;

  Worker& worker_;
  const Admission& admission_;
  const std::string endpoint_name_;
  UdpGuard guard_;
  std::unique_ptr<UdpEndpoint> endpoint_;
};

}  // namespace grotto
