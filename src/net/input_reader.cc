#include "net/input_reader.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "net/worker.h"

namespace grotto {

InputReader::InputReader(Worker& worker, int fd, OnBytes on_bytes)
    : worker_(worker), fd_(fd), on_bytes_(std::move(on_bytes)), token_(worker.table().add(*this)) {
  resume();
}

InputReader::~InputReader() {
  stop();
  worker_.table().remove(token_);
}

void InputReader::pause() noexcept {
  stop();
}

void InputReader::resume() noexcept {
  if (has_ended_ || how_ != How::none) return;
  if (worker_.selector().add_level_triggered(fd_, token_)) {
    how_ = How::watched;
    return;
  }
  // EPERM: epoll watches no files. Any other failure shows when it is read.
  how_ = How::always_ready;
  worker_.wheel().arm(next_round_, 0);
}

void InputReader::stop() noexcept {
  if (how_ == How::watched) worker_.selector().remove(fd_);
  next_round_.cancel();
  how_ = How::none;
}

void InputReader::on_ready(const ReadyEvent& /*event*/) {
  if (how_ == How::watched) read_once();
}

void InputReader::next_round() {
  if (how_ != How::always_ready) return;
  worker_.wheel().arm(next_round_, 0);
  read_once();
}

void InputReader::read_once() {
  pollfd ready{.fd = fd_, .events = POLLIN, .revents = 0};
  if (::poll(&ready, 1, 0) <= 0) return;  // somebody else has read it
  const ssize_t got = ::read(fd_, worker_.read_buffer(), kReadBytes);
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (got > 0) return on_bytes_({worker_.read_buffer(), static_cast<std::size_t>(got)});
  stop();
  has_ended_ = true;
  on_bytes_({});
}

}  // namespace grotto
