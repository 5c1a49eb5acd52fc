#include "net/pipe_reader.h"

#include <unistd.h>

#include <cerrno>
#include <utility>

#include "net/worker.h"

namespace grotto {

namespace {
constexpr std::size_t kReadBytes = 4 * 1024;
constexpr std::uint64_t kSecondMs = 1'000;
}  // namespace

PipeReader::PipeReader(Worker& worker, int fd, OnBytes on_bytes)
    : worker_(worker),
      fd_(fd),
      on_bytes_(std::move(on_bytes)),
      token_(worker.table().add(*this)),
      second_began_ms_(worker.wheel().now_ms()) {
  resume();
}

PipeReader::~PipeReader() {
  close();
  worker_.table().remove(token_);
}

void PipeReader::on_ready(const ReadyEvent& /*event*/) {
  const std::uint64_t now = worker_.wheel().now_ms();
  if (now - second_began_ms_ >= kSecondMs) {
    second_began_ms_ = now;
    read_in_second_ = 0;
  }
  read_in_second_ += read_once();
  if (fd_ < 0 || read_in_second_ < kBytesPerSecond) return;
  worker_.selector().remove(fd_);
  worker_.wheel().arm(resume_timer_, second_began_ms_ + kSecondMs - now);
}

void PipeReader::read_rest() {
  std::size_t read = 0;
  while (read < kBytesPerSecond) {
    const std::size_t got = read_once();
    if (got == 0) return;
    read += got;
  }
}

std::size_t PipeReader::read_once() {
  if (fd_ < 0) return 0;
  const ssize_t got = ::read(fd_, worker_.read_buffer(), kReadBytes);
  if (got > 0) {
    on_bytes_({worker_.read_buffer(), static_cast<std::size_t>(got)});
    return static_cast<std::size_t>(got);
  }
  if (got == 0 || (errno != EAGAIN && errno != EINTR)) close();
  return 0;
}

void PipeReader::resume() {
  // A program whose words nobody can read shall not wait for it.
  if (fd_ >= 0 && !worker_.selector().add_level_triggered(fd_, token_)) close();
}

void PipeReader::close() noexcept {
  if (fd_ < 0) return;
  resume_timer_.cancel();
  worker_.selector().remove(fd_);
  ::close(fd_);
  fd_ = -1;
}

}  // namespace grotto
