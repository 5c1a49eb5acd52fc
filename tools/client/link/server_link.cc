#include "client/link/server_link.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "base/check.h"
#include "net/connection.h"
#include "net/worker.h"

namespace grotto::client {

namespace {

/// A server that is gone without a word is noticed within two minutes.
void keep_alive(int fd) noexcept {
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
#ifdef TCP_KEEPIDLE
  const int idle_s = 60;
  const int interval_s = 10;
  const int probes = 6;
  ::setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle_s, sizeof idle_s);
  ::setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval_s, sizeof interval_s);
  ::setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes);
#endif
}

}  // namespace

/// The connection's handler. It outlives the link's interest in it: then it says nothing.
class ServerLink::Door final : public ConnectionHandler {
 public:
  explicit Door(ServerLink& link) noexcept : link_(&link) {}
  void forget() noexcept { link_ = nullptr; }

  void on_open(Connection& /*connection*/) override {}
  void on_bytes(Connection& /*connection*/, std::string_view bytes) override {
    if (link_ != nullptr) link_->handler_.on_link_bytes(bytes);
  }
  void on_encrypted(Connection& /*connection*/) override {
    if (link_ != nullptr) link_->come_up();
  }
  void on_tls_failed(Connection& /*connection*/, std::string_view why) override {
    tls_fault_ = why;
  }
  [[nodiscard]] const std::string& tls_fault() const noexcept { return tls_fault_; }
  void on_end_of_input(Connection& connection) override {
    connection.finish(CloseReason::peer_closed);  // what is on its way still goes out
  }
  void on_closed(Connection& /*connection*/, CloseReason reason) override {
    if (link_ == nullptr) return;
    link_->on_closed(*this, reason);
  }

 private:
  ServerLink* link_;
  std::string tls_fault_;
};

ServerLink::ServerLink(Worker& worker, Route route, std::uint64_t timeout_ms, LinkHandler& handler)
    : worker_(worker),
      route_(std::move(route)),
      timeout_ms_(timeout_ms),
      handler_(handler),
      outgoing_([this] { handler_.on_link_low(); }),
      connector_(worker, *this) {
  GROTTO_CHECK(!route_.addresses.empty());
}

ServerLink::~ServerLink() {
  drop();
}

void ServerLink::connect() {
  GROTTO_CHECK(connection_ == nullptr);
  next_address_ = 0;
  try_next();
}

void ServerLink::try_next() {
  connector_.start(route_.addresses[next_address_++], nullptr, timeout_ms_);
}

void ServerLink::on_connect_failed(int error) {
  if (next_address_ < route_.addresses.size()) return try_next();
  handler_.on_link_failed(std::strerror(error));
}

void ServerLink::on_connected(int fd) {
  keep_alive(fd);
  outgoing_.clear();
  auto door = std::make_unique<Door>(*this);
  door_ = door.get();
  const Endpoint& address = route_.addresses[next_address_ - 1];
  connection_ = worker_.adopt(fd, Address::from(*address.address()), std::move(door));
  if (connection_ == nullptr) {
    door_ = nullptr;
    return handler_.on_link_failed("out of memory");
  }
  if (route_.tls == nullptr) return come_up();
  connection_->start_tls_client(route_.tls, route_.host);
}

void ServerLink::come_up() {
  is_up_ = true;
  connection_->follow(&outgoing_);
  handler_.on_link_up();
}

void ServerLink::on_closed(Door& door, CloseReason reason) {
  if (&door != door_) return;
  const bool was_up = std::exchange(is_up_, false);
  connection_ = nullptr;
  door_ = nullptr;
  outgoing_.clear();
  if (was_up) {
    return handler_.on_link_down(reason == CloseReason::peer_closed ? LinkHandler::End::by_server
                                                                    : LinkHandler::End::was_cut);
  }
  // What one address is not trusted with, another one is not asked for.
  if (reason == CloseReason::tls_timeout)
    return handler_.on_link_failed("no answer by TLS in time");
  handler_.on_link_failed(door.tls_fault().empty() ? "the server does not speak TLS there"
                                                   : "no TLS: " + door.tls_fault());
}

bool ServerLink::send(std::string_view bytes) {
  if (is_down() || !outgoing_.append(bytes)) return false;
  connection_->touch();
  return true;
}

void ServerLink::end_output() {
  if (!is_down()) connection_->end_output();
}

void ServerLink::pause_reading() {
  if (!is_down()) connection_->pause_reading();
}

void ServerLink::resume_reading() {
  if (!is_down()) connection_->resume_reading();
}

void ServerLink::drop() {
  if (connection_ == nullptr) return;
  is_up_ = false;
  door_->forget();
  connection_->follow(nullptr);
  connection_->close(CloseReason::quit);
  connection_ = nullptr;
  door_ = nullptr;
  outgoing_.clear();
}

}  // namespace grotto::client
