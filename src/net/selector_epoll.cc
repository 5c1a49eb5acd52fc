// The epoll half of the selector (epoll(7), epoll_ctl(2)).
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
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
  explicit EpollSelector(int fd) noexcept
      : fd_(fd), alarm_fd_(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLET;  // it is never read: each ring is an edge
    event.data.u64 = kAlarm;
    if (alarm_fd_ >= 0) ::epoll_ctl(fd_, EPOLL_CTL_ADD, alarm_fd_, &event);
  }
  EpollSelector(const EpollSelector&) = delete;
  EpollSelector& operator=(const EpollSelector&) = delete;
  ~EpollSelector() override {
    if (alarm_fd_ >= 0) ::close(alarm_fd_);
    ::close(fd_);
  }

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

  std::span<const ReadyEvent> take(std::uint64_t until_ns) noexcept override {
    const int count = wait(until_ns);
    std::size_t taken = 0;
    for (int i = 0; i < count; ++i) {  // EINTR: none, the loop comes again
      const epoll_event& raw = raw_[static_cast<std::size_t>(i)];
      if (raw.data.u64 == kAlarm) {
        alarm_ns_ = 0;  // spent
        continue;
      }
      const std::uint32_t events = raw.events;
      events_[taken++] = {.token = {static_cast<std::uint32_t>(raw.data.u64),
                                    static_cast<std::uint32_t>(raw.data.u64 >> 32U)},
                          .readable = (events & EPOLLIN) != 0,
                          .writable = (events & EPOLLOUT) != 0,
                          .end_hint = (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR | EPOLLPRI)) != 0,
                          .hang_up = (events & (EPOLLHUP | EPOLLERR)) != 0};
    }
    return std::span(events_).first(taken);
  }

 private:
  static constexpr std::uint64_t kAlarm = ~std::uint64_t{0};  // no token: slots end long before
  static constexpr std::uint64_t kFarNs = 20'000'000;

  int wait(std::uint64_t until_ns) noexcept {
    const auto room = static_cast<int>(raw_.size());
    if (until_ns == kAtOnce) return ::epoll_wait(fd_, raw_.data(), room, 0);
    // A wait with a deadline arms and disarms a timer of the kernel each time, at the cost of a
    // tenth of an echoed line. A deadline that is far away is an alarm instead, set once.
    if (until_ns == kForever || until_ns == alarm_ns_) {
      return ::epoll_wait(fd_, raw_.data(), room, -1);
    }
    const std::uint64_t now = now_ns();
    if (until_ns <= now) return ::epoll_wait(fd_, raw_.data(), room, 0);
    if (until_ns - now >= kFarNs && set_alarm(until_ns, now)) {
      return ::epoll_wait(fd_, raw_.data(), room, -1);
    }
    return wait_for(static_cast<std::int64_t>(until_ns - now), room);
  }

  /// Finer than milliseconds by epoll_pwait2 (Linux 5.11); where that is missing the last part of a
  /// millisecond is polled away.
  int wait_for(std::int64_t timeout_ns, int room) noexcept {
    constexpr std::int64_t kMs = 1'000'000;
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

  /// Whether the alarm wakes the wait at `until_ns` or before.
  bool set_alarm(std::uint64_t until_ns, std::uint64_t now) noexcept {
    if (alarm_ns_ > now && alarm_ns_ <= until_ns) return true;
    if (alarm_fd_ < 0) return false;
    constexpr std::uint64_t kSecond = 1'000'000'000;
    itimerspec when{};
    when.it_value.tv_sec = static_cast<time_t>(until_ns / kSecond);
    when.it_value.tv_nsec = static_cast<long>(until_ns % kSecond);
    if (::timerfd_settime(alarm_fd_, TFD_TIMER_ABSTIME, &when, nullptr) != 0) return false;
    alarm_ns_ = until_ns;
    return true;
  }

  bool control(int operation, int fd, std::uint32_t events, Token token) noexcept {
    epoll_event event{};
    event.events = events;
    event.data = pack(token);
    return ::epoll_ctl(fd_, operation, fd, &event) == 0;
  }

  const int fd_;
  const int alarm_fd_;          // -1: every wait has its own deadline
  std::uint64_t alarm_ns_ = 0;  // when it rings; 0: not set
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
