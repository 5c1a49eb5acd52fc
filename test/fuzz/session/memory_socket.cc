#include "memory_socket.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <unordered_map>
#include <utility>

#include "base/check.h"

namespace grotto::test {

namespace {

constexpr int kFirstFd = 1 << 20;  // above what a system gives

struct Descriptors {
  int next = kFirstFd;
  std::unordered_map<int, MemorySocket*> open;
};
Descriptors& descriptors() {
  static Descriptors all;
  return all;
}

}  // namespace

MemorySocket::MemorySocket() : fd_(descriptors().next++) {
  descriptors().open.emplace(fd_, this);
}

MemorySocket::~MemorySocket() {
  GROTTO_CHECK(is_closed_);
}

MemorySocket* MemorySocket::find(int fd) noexcept {
  if (fd < kFirstFd) return nullptr;
  const auto found = descriptors().open.find(fd);
  GROTTO_CHECK(found != descriptors().open.end());  // used after it was closed
  return found->second;
}

void MemorySocket::set_pieces(std::size_t read_bytes, std::size_t write_bytes) noexcept {
  read_bytes_max_ = std::max<std::size_t>(read_bytes, 1);
  write_bytes_max_ = std::max<std::size_t>(write_bytes, 1);
}

// ---- The peer's end ----------------------------------------------------------------------------

void MemorySocket::send(std::string_view bytes) {
  if (has_ended_ || is_reset_ || is_closed_ || bytes.empty()) return;
  to_server_ += bytes;
  event_.readable = true;
}

void MemorySocket::end_output() {
  if (has_ended_ || is_reset_) return;
  has_ended_ = true;
  event_.readable = event_.end_hint = true;
}

void MemorySocket::reset() {
  if (is_reset_) return;
  is_reset_ = true;
  to_server_.clear();
  to_peer_.clear();
  is_ended_by_server_ = true;
  event_.readable = event_.writable = event_.end_hint = event_.hang_up = true;
}

std::string MemorySocket::take(std::size_t bytes_max) {
  const std::size_t size = std::min(bytes_max, to_peer_.size());
  std::string taken = to_peer_.substr(0, size);
  to_peer_.erase(0, size);
  if (is_full_ && size > 0) {
    is_full_ = false;
    event_.writable = is_writable_watched_;
  }
  return taken;
}

// ---- The server's end --------------------------------------------------------------------------

std::ptrdiff_t MemorySocket::recv(char* to, std::size_t bytes_max, bool is_peek) noexcept {
  if (is_reset_) {
    errno = ECONNRESET;
    return -1;
  }
  if (to_server_.empty()) {
    if (has_ended_) return 0;
    errno = EAGAIN;
    return -1;
  }
  const std::size_t size = std::min({bytes_max, read_bytes_max_, to_server_.size()});
  std::memcpy(to, to_server_.data(), size);
  if (is_peek) return static_cast<std::ptrdiff_t>(size);
  to_server_.erase(0, size);
  // A short read with more behind it is what happens when the rest comes a moment later: an edge.
  if (size < bytes_max && !to_server_.empty()) event_.readable = true;
  return static_cast<std::ptrdiff_t>(size);
}

std::ptrdiff_t MemorySocket::send_some(std::string_view bytes) noexcept {
  if (is_reset_ || is_ended_by_server_) {
    errno = is_reset_ ? ECONNRESET : EPIPE;
    return -1;
  }
  const std::size_t room = window_bytes_ - std::min(window_bytes_, to_peer_.size());
  const std::size_t size = std::min({bytes.size(), room, write_bytes_max_});
  if (size == 0 && !bytes.empty()) {
    is_full_ = true;
    errno = EAGAIN;
    return -1;
  }
  to_peer_ += bytes.substr(0, size);
  return static_cast<std::ptrdiff_t>(size);
}

void MemorySocket::shutdown() noexcept {
  is_ended_by_server_ = true;
}

void MemorySocket::close() noexcept {
  GROTTO_CHECK(!is_closed_);
  is_closed_ = is_ended_by_server_ = true;
  to_server_.clear();
  if (selector_ != nullptr) selector_->forget(*this);
  descriptors().open.erase(fd_);
}

// ---- The selector ------------------------------------------------------------------------------

bool MemorySelector::add_stream(int fd, Token token) noexcept {
  MemorySocket& socket = *MemorySocket::find(fd);
  socket.selector_ = this;
  socket.event_.token = token;
  if (!socket.to_server_.empty() || socket.has_ended_) socket.event_.readable = true;
  sockets_.push_back(&socket);
  return true;
}

bool MemorySelector::add_writable(int fd, Token token) noexcept {
  MemorySocket& socket = *MemorySocket::find(fd);
  socket.event_.token = token;
  socket.is_writable_watched_ = true;
  return true;
}

void MemorySelector::remove(int fd) noexcept {
  forget(*MemorySocket::find(fd));
}

void MemorySelector::forget(MemorySocket& socket) noexcept {
  std::erase(sockets_, &socket);
  socket.selector_ = nullptr;
}

std::span<const ReadyEvent> MemorySelector::take(std::uint64_t until_ns) noexcept {
  events_.clear();
  for (MemorySocket* const socket : sockets_) {
    ReadyEvent& event = socket->event_;
    if (!event.readable && !event.writable && !event.end_hint && !event.hang_up) continue;
    if (events_.size() == kBatchMax) break;
    events_.push_back(event);
    event = {.token = event.token};
  }
  is_idle_ = events_.empty() && until_ns > memory_clock_ms() * 1'000'000;
  return events_;
}

}  // namespace grotto::test
