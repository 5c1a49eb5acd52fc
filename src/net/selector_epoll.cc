// The epoll half of the selector (epoll(7), epoll_ctl(2)).
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>

#include "net/selector.h"

namespace grotto {

namespace {

constexpr std::uint32_t kStream = EPOLLIN | EPOLLRDHUP | EPOLLPRI | EPOLLET;

epoll_data_t pack(Token token) noexcept {
  epoll_data_t data{};
  data.u64 = (std::uint64_t{token.generation} << 32U) | token.slot;
  return data;
}

class EpollSelector final : public Selector {
 public:
  explicit EpollSelector(int fd) noexcept : fd_(fd) {}
  ~EpollSelector() override { ::close(fd_); }

  [[nodiscard]] bool nests() const noexcept override { return true; }

  bool add_stream(int fd, Token token) noexcept override {
    return control(EPOLL_CTL_ADD, fd, kStream, token);
  }
  bool add_level_triggered(int fd, Token token) noexcept override {
    return control(EPOLL_CTL_ADD, fd, EPOLLIN, token);
  }
  bool add_writable(int fd, Token token) noexcept override {
    return control(EPOLL_CTL_MOD, fd, kStream | EPOLLOUT, token);
  }
  void remove(int fd) noexcept override { control(EPOLL_CTL_DEL, fd, 0, {}); }

  std::span<const ReadyEvent> take(std::int64_t timeout_ns) noexcept override {
    const int count = wait(timeout_ns);
    if (count <= 0) return {};  // EINTR: the loop comes again
    const auto taken = static_cast<std::size_t>(count);
    for (std::size_t i = 0; i < taken; ++i) {
      const std::uint64_t data = raw_[i].data.u64;
      const std::uint32_t events = raw_[i].events;
      events_[i] = {
          .token = {static_cast<std::uint32_t>(data), static_cast<std::uint32_t>(data >> 32U)},
          .readable = (events & EPOLLIN) != 0,
          .writable = (events & EPOLLOUT) != 0,
          .end_hint = (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR | EPOLLPRI)) != 0,
          .hang_up = (events & (EPOLLHUP | EPOLLERR)) != 0};
    }
    return std::span(events_).first(taken);
  }

 private:
  /// Whole milliseconds go by epoll_wait(2); finer ones by epoll_pwait2 (Linux 5.11), and where
  /// that is missing the last part of a millisecond is polled away.
  int wait(std::int64_t timeout_ns) noexcept {
    constexpr std::int64_t kMs = 1'000'000;
    const auto room = static_cast<int>(raw_.size());
    if (timeout_ns <= 0) return ::epoll_wait(fd_, raw_.data(), room, timeout_ns < 0 ? -1 : 0);
#ifdef SYS_epoll_pwait2
    if (has_pwait2_) {
      const timespec timeout{.tv_sec = timeout_ns / (1000 * kMs),
                             .tv_nsec = timeout_ns % (1000 * kMs)};
      const auto count = ::syscall(SYS_epoll_pwait2, fd_, raw_.data(), room, &timeout, nullptr, 0);
      if (count >= 0 || errno != ENOSYS) return static_cast<int>(count);
      has_pwait2_ = false;
    }
#endif
    const std::int64_t whole_ms =
        std::min<std::int64_t>(timeout_ns / kMs, std::numeric_limits<int>::max());
    return ::epoll_wait(fd_, raw_.data(), room, static_cast<int>(whole_ms));
  }

  bool control(int operation, int fd, std::uint32_t events, Token token) noexcept {
    epoll_event event{};
    event.events = events;
    event.data = pack(token);
    return ::epoll_ctl(fd_, operation, fd, &event) == 0;
  }

  const int fd_;
  bool has_pwait2_ = true;
  std::array<epoll_event, kBatchMax> raw_{};
  std::array<ReadyEvent, kBatchMax> events_{};
};

}  // namespace

Result<std::unique_ptr<Selector>> create_epoll_selector() {
  const int fd = ::epoll_create1(EPOLL_CLOEXEC);
  if (fd < 0) return Error{std::string("cannot watch sockets: epoll: ") + std::strerror(errno), 71};
  return std::unique_ptr<Selector>(std::make_unique<EpollSelector>(fd));
}

}  // namespace grotto
