// The chapter of Connection on time: deadlines, and peers that are gone without a word.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#ifdef __linux__
#include <linux/sockios.h>
#endif

#include <algorithm>

#include "net/connection.h"
#include "net/tls_stream.h"
#include "net/worker.h"

namespace grotto {

std::uint32_t Connection::unprogressed_ms() const noexcept {
  return static_cast<std::uint32_t>(worker_.wheel().now_ms()) - progress_ms_;
}

void Connection::arm_within(std::uint64_t delay_ms) noexcept {
  TimerWheel& wheel = worker_.wheel();
  if (is_armed() && due_ms() <= wheel.now_ms() + delay_ms) return;
  wheel.arm(*this, delay_ms);
}

void Connection::on_timer() {
  const std::uint64_t now = worker_.wheel().now_ms();
  const Limits& limits = worker_.limits();
  if (state_ == State::draining) return close(reason_);
  if (tls_ != nullptr && !tls_->is_established()) {
    const std::uint64_t taken_ms = now - tls_->begun_ms();
    if (taken_ms >= limits.tls_handshake_ms) return close(CloseReason::tls_timeout);
    arm_within(limits.tls_handshake_ms - taken_ms);
  }
  if (state_ == State::finishing || is_over_full_) {
    const std::uint64_t still_ms = unprogressed_ms();
    if (still_ms >= limits.no_progress_ms) return close(CloseReason::slow_reader);
    arm_within(limits.no_progress_ms - still_ms);
  }
  if (state_ != State::open || limits.idle_timeout_ms == 0) return;
  const std::uint64_t idle = idle_ms();
  if (idle < limits.idle_timeout_ms) {
    arm_within(limits.idle_timeout_ms - idle);
  } else if (has_unread()) {
    arm_within(limits.idle_timeout_ms);
  } else {
    try {
      handler_->on_idle(*this);
    } catch (...) {
      on_exception();
    }
  }
}

/// Who has sent what we have not read is not idle: we were stopped, or it is throttled.
bool Connection::has_unread() const noexcept {
  if (tls_ != nullptr && tls_->has_input()) return true;
  char byte = 0;
  return ::recv(fd_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

std::size_t Connection::unacknowledged_bytes() const noexcept {
  int bytes = 0;
#ifdef SIOCOUTQ
  if (fd_ >= 0 && ::ioctl(fd_, SIOCOUTQ, &bytes) != 0) bytes = 0;
#endif
  return static_cast<std::size_t>(std::max(bytes, 0));
}

std::size_t Connection::undelivered_bytes() const noexcept {
  const std::size_t in_kernel = unacknowledged_bytes();
  if (tls_ == nullptr) return outbox_.size() + in_kernel;
  return outbox_.size() + tls_->plain_bytes_of(in_kernel + tls_->output().size());
}

// While something is unacknowledged the kernel asks for no sign of life (no keep-alive) and gives
// up after a quarter of an hour only. A living peer answers every retransmission and every probe of
// its closed window, so it is never counted. Who was sent nothing since the last look costs no
// call.
bool Connection::has_peer_vanished() noexcept {
#ifdef __linux__
  if (peer_.family() == Address::Family::unix_socket) return false;
  const bool is_asked =
      is_blocked_ || unanswered_looks_ > 0 || unprogressed_ms() <= Worker::kPeerLookMs + 1000;
  if (!is_asked) return false;
  if (unacknowledged_bytes() == 0) {
    unanswered_looks_ = 0;
    return false;
  }
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(fd_, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return false;
  const std::uint64_t silent_ms = worker_.limits().vanished_ms;
  // The first only notes that something is out.
  const std::uint64_t looks = std::min<std::uint64_t>(silent_ms / Worker::kPeerLookMs + 1, 7);
  const unsigned tries = unsigned{info.tcpi_probes} + unsigned{info.tcpi_retransmits};
  const bool is_unanswered = tries > 0 && info.tcpi_last_ack_recv >= Worker::kPeerLookMs;
  if (!is_unanswered) {
    unanswered_looks_ = 1;
  } else if (unanswered_looks_ < looks) {
    ++unanswered_looks_;
  }
  return unanswered_looks_ >= looks && tries >= 3 && info.tcpi_last_ack_recv >= silent_ms;
#else
  return false;
#endif
}

}  // namespace grotto
