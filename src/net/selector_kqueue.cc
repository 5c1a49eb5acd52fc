// The kqueue half of the Selector (kqueue(2), macOS and the BSDs).
//
// The two filters of a stream report apart: one descriptor may yield two events in a batch.
// The token travels in udata.
#include <fcntl.h>
#include <sys/event.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "net/selector.h"

namespace grotto {

namespace {

static_assert(sizeof(void*) == sizeof(std::uint64_t), "a token travels in one pointer");

using RawEvent = struct kevent;

RawEvent make_change(int fd, int filter, int flags, Token token = {}) noexcept {
  RawEvent change;
  std::memset(&change, 0, sizeof change);
  change.ident = static_cast<decltype(change.ident)>(fd);
  change.filter = static_cast<decltype(change.filter)>(filter);
  change.flags = static_cast<decltype(change.flags)>(flags);
  const std::uint64_t data = (std::uint64_t{token.generation} << 32) | token.slot;
  std::memcpy(static_cast<void*>(&change.udata), &data, sizeof data);
  return change;
}

bool apply(int queue, const RawEvent& change) noexcept {
  int result = 0;
  do {
    result = ::kevent(queue, &change, 1, nullptr, 0, nullptr);
  } while (result < 0 && errno == EINTR);
  return result == 0;
}

bool is_ready_now(int queue) noexcept {
  RawEvent event;
  const timespec now{};
  return ::kevent(queue, nullptr, 0, &event, 1, &now) == 1 && (event.flags & EV_ERROR) == 0;
}

/// Whether a kqueue with a waiting event wakes a kqueue that watches it.
bool test_nesting() noexcept {
  std::array<int, 2> ends{-1, -1};
  const int inner = ::kqueue();
  const int outer = ::kqueue();
  bool nests = false;
  if (inner >= 0 && outer >= 0 && ::pipe(ends.data()) == 0) {
    nests = apply(inner, make_change(ends[0], EVFILT_READ, EV_ADD | EV_CLEAR)) &&
            apply(outer, make_change(inner, EVFILT_READ, EV_ADD)) && !is_ready_now(outer) &&
            ::write(ends[1], "x", 1) == 1 && is_ready_now(outer) && is_ready_now(inner);
  }
  for (const int fd : {ends[0], ends[1], outer, inner}) {
    if (fd >= 0) ::close(fd);
  }
  return nests;
}

class KqueueSelector final : public Selector {
 public:
  KqueueSelector(int queue, bool nests) noexcept : queue_(queue), nests_(nests) {}
  KqueueSelector(const KqueueSelector&) = delete;
  KqueueSelector& operator=(const KqueueSelector&) = delete;
  ~KqueueSelector() override { ::close(queue_); }

  bool nests() const noexcept override { return nests_; }

  bool add_stream(int fd, Token token) noexcept override {
    return apply(queue_, make_change(fd, EVFILT_READ, EV_ADD | EV_CLEAR, token));
  }
  bool add_level_triggered(int fd, Token token) noexcept override {
    return apply(queue_, make_change(fd, EVFILT_READ, EV_ADD, token));
  }
  bool add_writable(int fd, Token token) noexcept override {
    return apply(queue_, make_change(fd, EVFILT_WRITE, EV_ADD | EV_CLEAR, token));
  }
  void remove(int fd) noexcept override {
    apply(queue_, make_change(fd, EVFILT_READ, EV_DELETE));
    apply(queue_, make_change(fd, EVFILT_WRITE, EV_DELETE));  // ENOENT if it never blocked
  }

  std::span<const ReadyEvent> take(std::uint64_t until_ns) noexcept override {
    constexpr std::uint64_t kSecond = 1'000'000'000;
    timespec timeout{};
    std::uint64_t timeout_ns = 0;
    if (until_ns != kAtOnce && until_ns != kForever) {
      const std::uint64_t now = now_ns();
      timeout_ns = until_ns > now ? until_ns - now : 0;
    }
    timeout.tv_sec = static_cast<time_t>(timeout_ns / kSecond);
    timeout.tv_nsec = static_cast<long>(timeout_ns % kSecond);
    const int count = ::kevent(queue_, nullptr, 0, raw_.data(), static_cast<int>(raw_.size()),
                               until_ns == kForever ? nullptr : &timeout);
    if (count <= 0) return {};
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
      ready_[i] = translate(raw_[i]);
    }
    return {ready_.data(), static_cast<std::size_t>(count)};
  }

 private:
  static ReadyEvent translate(const RawEvent& event) noexcept {
    std::uint64_t data = 0;
    std::memcpy(&data, static_cast<const void*>(&event.udata), sizeof data);
    const bool ended = (event.flags & (EV_EOF | EV_ERROR)) != 0;
    // The peer is gone for writing too: what waits for the writable edge must find out.
    const bool gone = ended && event.fflags != 0;
    return {.token = {.slot = static_cast<std::uint32_t>(data),
                      .generation = static_cast<std::uint32_t>(data >> 32)},
            .readable = event.filter == EVFILT_READ || ended,
            .writable = event.filter == EVFILT_WRITE || gone,
            .end_hint = ended,
            .hang_up = gone};
  }

  int queue_;
  bool nests_;
  std::array<RawEvent, kBatchMax> raw_;
  std::array<ReadyEvent, kBatchMax> ready_;
};

}  // namespace

Result<std::unique_ptr<Selector>> create_kqueue_selector() {
  const int queue = ::kqueue();
  if (queue < 0)
    return Error{std::string("cannot watch sockets: kqueue: ") + std::strerror(errno), 71};
  ::fcntl(queue, F_SETFD, FD_CLOEXEC);
  return std::unique_ptr<Selector>(std::make_unique<KqueueSelector>(queue, test_nesting()));
}

}  // namespace grotto
