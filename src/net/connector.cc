#include "net/connector.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/check.h"
#include "net/endpoint.h"
#include "net/open_socket.h"
#include "net/worker.h"

namespace grotto {

Connector::~Connector() {
  forget();
  if (fd_ >= 0) ::close(fd_);
}

void Connector::start(const Endpoint& target, const Endpoint* source, std::uint64_t timeout_ms) {
  GROTTO_CHECK(fd_ < 0);
  const int error = begin(target, source);
  deadline_ms_ = worker_.wheel().now_ms() + timeout_ms;
  if (error == EAGAIN && target.is_unix()) {
    full_ = std::make_unique<Endpoint>(target);
    return ask_again_soon();
  }
  if (error != EINPROGRESS) return end(error);
  token_ = worker_.table().add(*this);
  is_registered_ = true;
  if (!worker_.selector().add_stream(fd_, token_) ||
      !worker_.selector().add_writable(fd_, token_)) {
    return end(errno);
  }
  worker_.wheel().arm(*this, timeout_ms);
}

/// 0: connected; EINPROGRESS: under way; else the errno of the failure.
int Connector::begin(const Endpoint& target, const Endpoint* source) noexcept {
  fd_ = open_socket(target.family(), SOCK_STREAM);
  if (fd_ < 0) return errno;
  const int on = 1;
  if (!target.is_unix()) ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (source != nullptr) {
#ifdef IP_BIND_ADDRESS_NO_PORT
    // The port is chosen at connect(), when the other end is known: many more are possible.
    ::setsockopt(fd_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
#endif
    if (::bind(fd_, source->address(), source->address_size()) != 0) return errno;
  }
  if (::connect(fd_, target.address(), target.address_size()) == 0) return 0;
  return errno == EINTR ? EINPROGRESS : errno;
}

void Connector::on_ready(const ReadyEvent& event) {
  if (!event.writable && !event.hang_up) return;
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  end(error);
}

void Connector::on_exception() noexcept {
  // The handler threw: it has been told, and owns what it was given.
}

void Connector::on_timer() {
  if (full_ == nullptr || worker_.wheel().now_ms() >= deadline_ms_) return end(ETIMEDOUT);
  if (::connect(fd_, full_->address(), full_->address_size()) == 0) return end(0);
  if (errno != EAGAIN) return end(errno);
  ask_again_soon();
}

void Connector::ask_again_soon() {
  const std::uint64_t now_ms = worker_.wheel().now_ms();
  const std::uint64_t left_ms = deadline_ms_ > now_ms ? deadline_ms_ - now_ms : 0;
  worker_.wheel().arm(*this, std::min(kAskAgainMs, left_ms));
}

void Connector::forget() noexcept {
  cancel();
  full_.reset();
  if (!std::exchange(is_registered_, false)) return;
  worker_.selector().remove(fd_);  // the descriptor goes to its new owner unregistered (L4)
  worker_.table().remove(token_);
}

void Connector::end(int error) {
  forget();
  const int fd = std::exchange(fd_, -1);
  if (error == 0) return handler_.on_connected(fd);
  if (fd >= 0) ::close(fd);
  handler_.on_connect_failed(error);
}

}  // namespace grotto
