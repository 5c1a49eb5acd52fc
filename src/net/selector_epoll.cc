// The epoll half of the selector (epoll(7), epoll_ctl(2)).
#include <fcntl.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

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

  [[nodiscard]] int fd() const noexcept override { return fd_; }
  [[nodiscard]] bool nests() const noexcept override { return true; }

  bool add_stream(int fd, Token token) noexcept override {
    return control(EPOLL_CTL_ADD, fd, kStream, token);
  }
  bool add_listener(int fd, Token token) noexcept override {
    return control(EPOLL_CTL_ADD, fd, EPOLLIN, token);
  }
  bool add_writable(int fd, Token token) noexcept override {
    return control(EPOLL_CTL_MOD, fd, kStream | EPOLLOUT, token);
  }
  void remove(int fd) noexcept override { control(EPOLL_CTL_DEL, fd, 0, {}); }

  std::span<const ReadyEvent> take(int timeout_ms) noexcept override {
    const int count = ::epoll_wait(fd_, raw_.data(), static_cast<int>(raw_.size()), timeout_ms);
    if (count <= 0) return {};  // EINTR: the outer wait calls again
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
  bool control(int operation, int fd, std::uint32_t events, Token token) noexcept {
    epoll_event event{};
    event.events = events;
    event.data = pack(token);
    return ::epoll_ctl(fd_, operation, fd, &event) == 0;
  }

  const int fd_;
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
