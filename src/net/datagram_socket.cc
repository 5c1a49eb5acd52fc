#include "net/datagram_socket.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/check.h"
#include "net/endpoint.h"
#include "net/open_socket.h"
#include "net/worker.h"

namespace grotto {

namespace {

/// What a burst of answers needs; the system may give less.
constexpr int kReceiveBufferBytes = 1 << 20;

}  // namespace

DatagramSocket::~DatagramSocket() {
  close();
}

int DatagramSocket::open(const Endpoint& target, const Endpoint* source) {
  GROTTO_CHECK(fd_ < 0);
  const int fd = open_socket(target.family(), SOCK_DGRAM);
  if (fd < 0) return errno;
  const auto fail = [fd] {
    const int error = errno;
    ::close(fd);
    return error;
  };
  ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kReceiveBufferBytes, sizeof kReceiveBufferBytes);
  if (source != nullptr && ::bind(fd, source->address(), source->address_size()) != 0)
    return fail();
  if (::connect(fd, target.address(), target.address_size()) != 0) return fail();
  token_ = worker_.table().add(*this);
  // Level-triggered, so that a flood is taken in portions between the turns of other sockets.
  if (!worker_.selector().add_level_triggered(fd, token_)) {
    worker_.table().remove(token_);
    return fail();
  }
  fd_ = fd;
  return 0;
}

void DatagramSocket::close() noexcept {
  if (fd_ < 0) return;
  worker_.selector().remove(fd_);
  worker_.table().remove(token_);
  ::close(std::exchange(fd_, -1));
}

DatagramSocket::Sent DatagramSocket::send(std::string_view bytes) noexcept {
  GROTTO_CHECK(fd_ >= 0);
  // The error of an earlier datagram may come out here; on_ready() would have told it. This one is
  // not sent then, and the next call is about it.
  for (int attempt = 0; attempt < 2; ++attempt) {
    if (::send(fd_, bytes.data(), bytes.size(), 0) >= 0) return Sent::yes;
    if (errno == EAGAIN || errno == ENOBUFS) return Sent::not_now;
  }
  return Sent::dropped;
}

void DatagramSocket::on_ready(const ReadyEvent& /*event*/) {
  Worker& worker = worker_;
  const Token token = token_;
  for (int taken = 0; taken < kTakenAtOnce; ++taken) {
    const ssize_t size = ::recv(fd_, worker.read_buffer(), Worker::kReadBytes, 0);
    if (size < 0 && errno == EAGAIN) return;
    if (size >= 0) {
      handler_.on_datagram({worker.read_buffer(), static_cast<std::size_t>(size)});
    } else if (errno != EINTR) {
      handler_.on_unreachable(errno);
    }
    if (worker.table().find(token) == nullptr) return;  // the handler closed or destroyed this
  }
}

void DatagramSocket::on_exception() noexcept {
  // One datagram was not handled: as if it had been lost. What else came is told again.
}

}  // namespace grotto
