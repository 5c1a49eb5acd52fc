#include "net/connection.h"

#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <new>
#include <span>

#include "base/check.h"
#include "grotto/feed.h"
#include "net/sending.h"
#include "net/tls_stream.h"
#include "net/worker.h"

namespace grotto {

namespace {

static_assert(sizeof(Slice) == sizeof(iovec) && offsetof(Slice, size) == offsetof(iovec, iov_len));

/// One slice goes by send(2): the kernel need not copy a message head first.
ssize_t send_slices(int fd, std::span<Slice> slices) noexcept {
  if (slices.size() == 1) return ::send(fd, slices[0].data, slices[0].size, kSendFlags);
  msghdr message{};
  message.msg_iov = reinterpret_cast<iovec*>(slices.data());
  message.msg_iovlen = static_cast<decltype(message.msg_iovlen)>(slices.size());
  return ::sendmsg(fd, &message, kSendFlags);
}

}  // namespace

void ConnectionHandler::on_idle(Connection& connection) {
  connection.finish(CloseReason::idle_timeout);
}

void ConnectionHandler::on_stopping(Connection& connection) {
  connection.finish(CloseReason::server_stopping);
}

Connection::Connection(Worker& worker, int fd, const Address& peer,
                       std::unique_ptr<ConnectionHandler> handler) noexcept
    : peer_(peer),
      opened_s_(static_cast<std::uint32_t>(worker.wheel().now_ms() / 1000)),
      last_read_ms_(worker.wheel().now_ms() & kTimeMask),
      read_limit_(1),
      handler_(std::move(handler)),
      fd_(fd),
      progress_ms_(static_cast<std::uint32_t>(worker.wheel().now_ms())),
      worker_(worker) {
  set_read_limit(worker.limits().pending_bytes_max);
  if (worker.limits().idle_timeout_ms > 0) arm_within(worker.limits().idle_timeout_ms);
}

// ---- What doors ask for ------------------------------------------------------------------------

void Connection::write(std::string_view bytes, std::string_view tail) {
  if (state_ != State::open || (bytes.empty() && tail.empty())) return;
  if (outbox_.is_empty()) note_progress();
  outbox_.append(bytes, tail);
  if (!is_over_full_ && outbox_.size() > worker_.limits().outbox_bytes_max) {
    is_over_full_ = true;  // who does not read is not read from
    arm_within(worker_.limits().no_progress_ms);
  }
  touch();
}

std::size_t Connection::outbox_bytes() const noexcept {
  return outbox_.size();
}

void Connection::follow(Feed* feed) noexcept {
  if (feed_ != nullptr && is_feed_blocked_) feed_->on_unblocked();
  is_feed_blocked_ = false;
  feed_ = feed;
  if (feed_ == nullptr) return;
  if (is_blocked_) {
    is_feed_blocked_ = true;
    feed_->on_blocked();
  }
  touch();
}

void Connection::touch() noexcept {
  if (is_blocked_ || state_ == State::closed) return;
  worker_.queue_flush(*this);
}

void Connection::pause_reading() noexcept {
  is_paused_ = true;
}

void Connection::resume_reading() noexcept {
  is_paused_ = false;
  if (may_read()) worker_.queue_ready(*this);
}

bool Connection::is_paused() const noexcept {
  return is_paused_;
}

void Connection::set_read_limit(std::size_t bytes) noexcept {
  read_limit_ =
      std::clamp<std::size_t>(bytes, 1, Worker::kReadBytes) & (2 * Worker::kReadBytes - 1);
}

void Connection::finish(CloseReason reason) noexcept {
  if (state_ != State::open) return;
  state_ = State::finishing;
  reason_ =
      reason == CloseReason::peer_closed && is_truncated() ? CloseReason::tls_truncated : reason;
  note_progress();
  arm_within(worker_.limits().no_progress_ms);
  touch();
}

void Connection::end_output() noexcept {
  if (state_ != State::open) return;
  ends_output_ = true;
  touch();
}

void Connection::close(CloseReason reason) noexcept {
  if (state_ == State::closed) return;
  if (reason_ == CloseReason::none) reason_ = reason;
  state_ = State::closed;
  cancel();
  worker_.queue_closed(*this);
}

void Connection::abort(CloseReason reason) noexcept {
  const linger none{.l_onoff = 1, .l_linger = 0};
  if (fd_ >= 0) ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &none, sizeof none);
  close(reason);
}

bool Connection::is_open() const noexcept {
  return state_ == State::open;
}
bool Connection::input_ended() const noexcept {
  return input_ended_;
}
const Address& Connection::peer() const noexcept {
  return peer_;
}
Worker& Connection::worker() const noexcept {
  return worker_;
}
int Connection::fd() const noexcept {
  return fd_;
}
std::uint64_t Connection::last_read_ms() const noexcept {
  return last_read_ms_;
}

std::uint64_t Connection::idle_ms() const noexcept {
  return worker_.wheel().now_ms() - last_read_ms_;
}

std::uint64_t Connection::lasted_s() const noexcept {
  return worker_.wheel().now_ms() / 1000 - opened_s_;
}

void Connection::set_handler(std::unique_ptr<ConnectionHandler> handler) {
  worker_.retire(std::move(handler_));  // it may be the caller
  handler_ = std::move(handler);
  handler_->on_open(*this);
}

int Connection::release() noexcept {
  GROTTO_CHECK(state_ != State::closed);
  worker_.selector().remove(fd_);  // L4
  is_released_ = true;
  const int fd = fd_;
  fd_ = -1;
  close(CloseReason::none);
  return fd;
}

// ---- Reading -----------------------------------------------------------------------------------

bool Connection::may_read() const noexcept {
  if (!can_read_) return false;
  switch (state_) {
    case State::open:
      return !input_ended_ && !is_paused_ && !is_over_full_ && !worker_.is_reading_suspended();
    case State::finishing: return false;
    case State::draining: return true;
    case State::closed: return false;
  }
  return false;
}

void Connection::on_ready(const ReadyEvent& event) {
  if (state_ == State::closed) return;
  if (event.end_hint) has_end_hint_ = true;
  if (event.readable || event.end_hint) can_read_ = true;
  // Nobody reads what we would still send. (A Unix peer that closed may have left input that waits
  // its turn.)
  if (event.hang_up && !may_read() && peer_.family() != Address::Family::unix_socket) {
    return close(CloseReason::peer_reset);
  }
  if (event.writable && is_blocked_) {
    is_blocked_ = false;
    if (feed_ != nullptr && is_feed_blocked_) {
      is_feed_blocked_ = false;
      feed_->on_unblocked();
    }
    touch();
  }
  if (event.end_hint && is_paused_ && state_ == State::open) return handler_->on_end_hint(*this);
  if (may_read() && read_turn() == Turn::more) worker_.queue_ready(*this);
}

bool Connection::has_input() const noexcept {
  if (tls_ != nullptr && tls_->has_input()) return true;
  char byte = 0;
  return ::recv(fd_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) != 0;
}

Connection::Turn Connection::read_turn() {
  if (tls_ != nullptr && state_ == State::open) return read_turn_encrypted();
  std::size_t read_in_turn = 0;
  while (may_read()) {
    const std::size_t wanted = read_limit_;
    const ssize_t got = ::recv(fd_, worker_.read_buffer(), wanted, MSG_DONTWAIT);
    if (got < 0) {
      if (errno == EINTR) continue;
      can_read_ = false;
      has_end_hint_ = false;
      if (errno != EAGAIN && errno != EWOULDBLOCK) close_by_errno(errno);
      return Turn::over;
    }
    if (got == 0) {
      take_end_of_input();
      return Turn::over;
    }
    const auto size = static_cast<std::size_t>(got);
    worker_.counters().bytes_in.add(size);
    bytes_in_ += size;
    if (size < wanted && !has_end_hint_) can_read_ = false;  // L2: drained
    take_bytes({worker_.read_buffer(), size});
    read_in_turn += size;
    if (size == wanted || tls_ != nullptr || read_in_turn >= Worker::kReadBytes) {
      return may_read() ? Turn::more : Turn::over;  // L3
    }
  }
  return Turn::over;
}

void Connection::note_read() noexcept {
  last_read_ms_ = worker_.wheel().now_ms() & kTimeMask;
}

void Connection::note_progress() noexcept {
  progress_ms_ = static_cast<std::uint32_t>(worker_.wheel().now_ms());
}

void Connection::take_bytes(std::string_view bytes) {
  note_read();
  if (state_ == State::open) handler_->on_bytes(*this, bytes);
}

void Connection::take_end_of_input() {
  input_ended_ = true;
  can_read_ = false;
  if (state_ == State::draining) return close(reason_);
  if (state_ == State::open) handler_->on_end_of_input(*this);
}

void Connection::on_exception() noexcept {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    close(CloseReason::out_of_memory);
  } catch (...) {
    close(CloseReason::internal_error);
  }
}

void Connection::close_by_errno(int error) noexcept {
  close(error == ETIMEDOUT || error == EHOSTUNREACH ? CloseReason::peer_vanished
                                                    : CloseReason::peer_reset);
}

// ---- Sending -----------------------------------------------------------------------------------

Connection::Turn Connection::flush_turn() {
  if (tls_ != nullptr) return flush_turn_encrypted();
  if (state_ == State::closed || state_ == State::draining || is_blocked_) return Turn::over;
  std::array<Slice, kSlicesMax>
      slices;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled below
  std::size_t sent_in_turn = 0;
  for (;;) {
    std::size_t count = 0;
    std::size_t own = 0;
    std::size_t fed = 0;
    const bool has_fed = feed_ != nullptr && feed_->has_more();
    if (has_fed) {
      std::string& notices = worker_.scratch();
      notices.clear();
      feed_->preface(notices);
      outbox_.append(notices);
    }
    if (!outbox_.is_empty()) {
      const std::string_view front = outbox_.front();
      own = front.size();
      slices[count++] = {front.data(), front.size()};
    }
    if (has_fed) {
      const std::size_t filled =
          feed_->gather(std::span(slices).subspan(count), kTurnBytes - sent_in_turn);
      for (std::size_t i = 0; i < filled; ++i) fed += slices[count + i].size;
      count += filled;
    }
    if (count == 0) break;
    const ssize_t result = send_slices(fd_, std::span(slices).first(count));
    if (result < 0) {
      if (errno == EINTR) continue;
      if (errno != EAGAIN && errno != EWOULDBLOCK) {
        close_by_errno(errno);
        return Turn::over;
      }
      block();
      break;
    }
    const auto sent = static_cast<std::size_t>(result);
    worker_.counters().bytes_out.add(sent);
    bytes_out_ += sent;
    note_progress();
    outbox_.drop_front(std::min(own, sent));
    if (fed > 0 && sent > own) {
      const std::string_view rest = feed_->advance(sent - own);
      if (!rest.empty()) outbox_.append(rest);  // the outbox is empty: the cut line goes on first
    }
    sent_in_turn += sent;
    // After a short send only EAGAIN is sure to be followed by an edge: a write may be short for
    // other reasons, and then none would ever come.
    const bool has_more = feed_ != nullptr && feed_->has_more();
    if (!has_more && outbox_.is_empty()) break;
    if (sent_in_turn >= kTurnBytes) {
      after_flush();
      return state_ == State::closed ? Turn::over : Turn::more;
    }
  }
  after_flush();
  return Turn::over;
}

void Connection::block() noexcept {
  is_blocked_ = true;
  if (!is_writable_registered_) {
    is_writable_registered_ = true;  // L1: one call in a life
    if (!worker_.selector().add_writable(fd_, token_)) return close(CloseReason::out_of_memory);
  }
  if (feed_ != nullptr && !is_feed_blocked_) {
    is_feed_blocked_ = true;
    feed_->on_blocked();
  }
}

bool Connection::is_all_sent() const noexcept {
  if (!outbox_.is_empty() || (feed_ != nullptr && feed_->has_more())) return false;
  if (tls_ == nullptr) return true;
  if (tls_->has_output()) return false;
  if (!tls_->is_established() || tls_->has_failed()) return state_ == State::finishing;
  return tls_->has_ended_output();  // without close_notify the peer takes it for cut off
}

void Connection::after_flush() {
  if (state_ == State::closed) return;
  if (state_ == State::finishing) {
    if (is_all_sent()) all_sent();
    return;
  }
  if (ends_output_ && is_all_sent()) {
    ends_output_ = false;
    ::shutdown(fd_, SHUT_WR);
  }
  if (is_over_full_ && outbox_.size() < worker_.limits().outbox_bytes_max / 2) {
    is_over_full_ = false;
    if (may_read()) worker_.queue_ready(*this);
    handler_->on_outbox_low(*this);
  }
}

void Connection::all_sent() noexcept {
  // Under TLS the kernel may hold a FIN, or more, behind the end of input.
  if (tls_ == nullptr ? input_ended_ : has_seen_fin_)
    return close(reason_);  // the kernel sends what is left and the FIN
  ::shutdown(fd_, SHUT_WR);
  state_ = State::draining;
  can_read_ = true;
  arm_within(worker_.limits().close_drain_ms);
  worker_.queue_ready(*this);
}

void Connection::tell_closed() noexcept {
  if (is_released_) return;
  try {
    handler_->on_closed(*this, reason_);
  } catch (...) {  // NOLINT(bugprone-empty-catch): it is closed already, a failure has nowhere to
                   // be told
  }
}

}  // namespace grotto
