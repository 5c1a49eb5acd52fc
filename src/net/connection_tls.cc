// The chapter of Connection on TLS: between the socket and the plain bytes there is a TlsStream.
//
// A feed's cursor moves when its lines are encrypted, since a record cannot be made again with
// other bytes (design §4). What is encrypted and not sent is one record at most, beside TLS's own
// answers.
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <span>
#include <utility>

#include "base/check.h"
#include "grotto/feed.h"
#include "net/connection.h"
#include "net/sending.h"
#include "net/tls_context.h"
#include "net/tls_stream.h"
#include "net/worker.h"

namespace grotto {

namespace {

// What is decrypted waits in the peer's buffer while reading is paused: one record at a time.
constexpr std::size_t kReadBytes = TlsStream::kRecordBytes + 512;

/// Copies as much of `from` as there is room for behind `used`.
std::size_t copy_into(char* buffer, std::size_t used, const char* from, std::size_t size) {
  const std::size_t taken = std::min(size, TlsStream::kRecordBytes - used);
  if (taken > 0) std::memcpy(buffer + used, from, taken);  // of nothing there is no address
  return taken;
}

}  // namespace

void Connection::start_tls(std::string_view first_bytes) {
  GROTTO_CHECK(worker_.tls() != nullptr);
  begin_tls(worker_.tls(), {}, first_bytes);
}

void Connection::start_tls_client(std::shared_ptr<const TlsContext> context,
                                  const std::string& host) {
  begin_tls(std::move(context), host, {});
}

void Connection::begin_tls(std::shared_ptr<const TlsContext> context, const std::string& host,
                           std::string_view first_bytes) {
  GROTTO_CHECK(tls_ == nullptr && outbox_.is_empty());
  if (state_ != State::open) return;
  tls_ = TlsStream::create(std::move(context), host, worker_.wheel().now_ms());
  if (tls_ == nullptr) return close(CloseReason::out_of_memory);
  worker_.counters().encrypted.up();
  tls_->set_input(first_bytes);
  tls_->keep_input();
  arm_within(worker_.limits().tls_handshake_ms);
  can_read_ = true;
  if (may_read()) worker_.queue_ready(*this);
}

bool Connection::is_truncated() const noexcept {
  return tls_ != nullptr && input_ended_ && !tls_->has_ended_input();
}

std::string Connection::tls_subject() const {
  return tls_ == nullptr ? std::string() : tls_->peer_subject();
}

// ---- Reading -----------------------------------------------------------------------------------

/// L2 and L3 as in read_turn(); but what was read from the socket may hold several records, and
/// `can_read_` stays until they are decrypted too.
Connection::Turn Connection::read_turn_encrypted() {
  std::size_t read_in_turn = 0;
  bool is_drained = false;
  while (may_read()) {
    const Decrypted decrypted = decrypt(read_in_turn);
    if (tls_->has_output()) touch();
    if (decrypted == Decrypted::over) break;
    if (decrypted == Decrypted::something) {
      if (read_in_turn < Worker::kReadBytes) continue;
      tls_->keep_input();
      return may_read() ? Turn::more : Turn::over;
    }
    if (is_drained) {
      can_read_ = false;
      break;
    }
    const ssize_t got = ::recv(fd_, worker_.read_buffer(), kReadBytes, MSG_DONTWAIT);
    if (got < 0) {
      if (errno == EINTR) continue;
      can_read_ = false;
      has_end_hint_ = false;
      if (errno != EAGAIN && errno != EWOULDBLOCK) close_by_errno(errno);
      return Turn::over;
    }
    if (got == 0) {
      has_seen_fin_ = true;
      if (!tls_->is_established()) close(CloseReason::tls_failed);
      if (state_ == State::open) take_end_of_input();
      return Turn::over;
    }
    const auto size = static_cast<std::size_t>(got);
    worker_.counters().bytes_in.add(size);
    bytes_in_ += size;
    is_drained = size < kReadBytes && !has_end_hint_;  // L2
    tls_->set_input({worker_.read_buffer(), size});
  }
  tls_->keep_input();
  return Turn::over;
}

/// One step; the handler may have paused, finished or closed the connection afterwards.
Connection::Decrypted Connection::decrypt(std::size_t& read_in_turn) {
  if (tls_->output().size() > TlsStream::kOutputBytesMax) {
    is_over_full_ = true;  // answers to somebody who does not read them
    arm_within(worker_.limits().no_progress_ms);
    return Decrypted::over;
  }
  char* const into = worker_.record_buffer();
  std::size_t got = 0;
  switch (tls_->read(into, std::min<std::size_t>(read_limit_, TlsStream::kRecordBytes), got)) {
    case TlsStream::Read::bytes:
      read_in_turn += got;
      take_bytes({into, got});
      return Decrypted::something;
    case TlsStream::Read::established:
      note_read();
      touch();
      handler_->on_encrypted(*this);
      return Decrypted::something;
    case TlsStream::Read::want_input: return Decrypted::nothing;
    case TlsStream::Read::ended: take_end_of_input(); return Decrypted::over;
    case TlsStream::Read::failed: fail_tls(); return Decrypted::over;
  }
  return Decrypted::over;
}

/// Nothing more is encrypted; the alert that says why goes out.
void Connection::fail_tls() {
  follow(nullptr);
  outbox_.clear();
  finish(CloseReason::tls_failed);
  handler_->on_tls_failed(*this, tls_->failure());
}

// ---- Sending -----------------------------------------------------------------------------------

Connection::Turn Connection::flush_turn_encrypted() {
  if (state_ == State::closed || state_ == State::draining || is_blocked_) return Turn::over;
  std::size_t sent_in_turn = 0;
  for (;;) {
    if (!tls_->has_output()) {
      if (sent_in_turn >= kTurnBytes) {
        after_flush();
        return state_ == State::closed ? Turn::over : Turn::more;
      }
      if (encrypt() == 0) break;
      if (state_ == State::closed) return Turn::over;
    }
    const std::string_view output = tls_->output();
    const ssize_t result = ::send(fd_, output.data(), output.size(), kSendFlags);
    if (result < 0) {
      if (errno == EINTR) continue;
      if (errno != EAGAIN && errno != EWOULDBLOCK) {
        close_by_errno(errno);
        return Turn::over;
      }
      block();
      break;
    }
    note_progress();
    worker_.counters().bytes_out.add(static_cast<std::size_t>(result));
    bytes_out_ += static_cast<std::size_t>(result);
    tls_->drop_output(static_cast<std::size_t>(result));
    sent_in_turn += static_cast<std::size_t>(result);
  }
  after_flush();
  return Turn::over;
}

/// Makes the next record of outbox and feed, or the end's, and returns the size of the output.
std::size_t Connection::encrypt() {
  if (!tls_->is_established() || tls_->has_failed()) {
    if (state_ == State::finishing) {  // nobody could read it
      outbox_.clear();
      follow(nullptr);
    }
    return 0;
  }
  char* const buffer = worker_.record_buffer();
  std::size_t used = 0;
  const bool has_fed = feed_ != nullptr && feed_->has_more();
  if (has_fed) {
    std::string& notices = worker_.scratch();
    notices.clear();
    feed_->preface(notices);
    outbox_.append(notices);
  }
  const std::string_view front = outbox_.front();
  const std::size_t own = copy_into(buffer, 0, front.data(), front.size());
  used = own;
  std::size_t fed = 0;
  if (has_fed && own == front.size() && used < TlsStream::kRecordBytes) {
    std::array<Slice, kSlicesMax>
        slices;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled below
    const std::size_t count = feed_->gather(slices, TlsStream::kRecordBytes - used);
    for (const Slice& slice : std::span(slices).first(count)) {
      fed += copy_into(buffer, used + fed, slice.data, slice.size);
    }
    used += fed;
  }
  if (used == 0) {
    if ((state_ == State::finishing || ends_output_) && !tls_->has_ended_output()) {
      tls_->end_output();
    }
    return tls_->output().size();
  }
  if (!tls_->write({buffer, used})) {
    close(CloseReason::out_of_memory);
    return 0;
  }
  outbox_.drop_front(own);
  if (fed > 0) {
    const std::string_view rest = feed_->advance(fed);
    if (!rest.empty()) outbox_.append(rest);  // the outbox is empty: the cut line goes on first
  }
  return tls_->output().size();
}

}  // namespace grotto
