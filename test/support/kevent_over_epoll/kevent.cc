#include <sys/epoll.h>
#include <sys/event.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <map>
#include <mutex>
#include <utility>

namespace {

/// One filter of one descriptor.
struct Filter {
  bool is_on = false;
  bool clears = false;
  void* udata = nullptr;
};

struct Watched {
  Filter read;
  Filter write;

  [[nodiscard]] std::uint32_t events() const {
    std::uint32_t events = 0;
    if (read.is_on) events |= EPOLLIN | EPOLLRDHUP;
    if (write.is_on) events |= EPOLLOUT;
    if (read.clears || write.clears) events |= EPOLLET;
    return events;
  }
};

using Key = std::pair<int, int>;  // the kqueue, the descriptor

std::mutex mutex;
std::map<Key, Watched>& table() {
  static std::map<Key, Watched> watched;
  return watched;
}

int control(int operation, const Key& key, const Watched& watched) {
  epoll_event event{};
  event.events = watched.events();
  event.data.fd = key.second;
  return ::epoll_ctl(key.first, operation, key.second, &event) == 0 ? 0 : errno;
}

int add(const Key& key, const struct kevent& change) {
  Watched& watched = table()[key];
  const Filter filter{true, (change.flags & EV_CLEAR) != 0, change.udata};
  (change.filter == EVFILT_READ ? watched.read : watched.write) = filter;
  int error = control(EPOLL_CTL_MOD, key, watched);
  if (error != ENOENT) return error;
  // New, or the number of a descriptor that was closed: what its former owner had is gone.
  watched = {};
  (change.filter == EVFILT_READ ? watched.read : watched.write) = filter;
  error = control(EPOLL_CTL_ADD, key, watched);
  if (error != 0) table().erase(key);
  return error;
}

int remove(const Key& key, const struct kevent& change) {
  const auto found = table().find(key);
  if (found == table().end()) return ENOENT;
  Filter& filter = change.filter == EVFILT_READ ? found->second.read : found->second.write;
  if (!filter.is_on) return ENOENT;
  filter = {};
  const bool is_last = !found->second.read.is_on && !found->second.write.is_on;
  const int error = control(is_last ? EPOLL_CTL_DEL : EPOLL_CTL_MOD, key, found->second);
  if (is_last) table().erase(found);
  return error;
}

int apply(int queue, const struct kevent& change) {
  const Key key{queue, static_cast<int>(change.ident)};
  if (change.filter != EVFILT_READ && change.filter != EVFILT_WRITE) return EINVAL;
  if ((change.flags & EV_DELETE) != 0) return remove(key, change);
  if ((change.flags & EV_ADD) != 0) return add(key, change);
  return EINVAL;
}

struct kevent report(int fd, int filter, const Filter& of, std::uint32_t events) {
  struct kevent result{};
  result.ident = static_cast<std::uintptr_t>(fd);
  result.filter = static_cast<short>(filter);
  result.udata = of.udata;
  const bool has_error = (events & EPOLLERR) != 0;
  const std::uint32_t ends =
      filter == EVFILT_READ ? EPOLLRDHUP | EPOLLHUP | EPOLLERR : std::uint32_t{EPOLLHUP | EPOLLERR};
  if ((events & ends) != 0) result.flags = EV_EOF;
  if (has_error) result.fflags = ECONNRESET;
  int bytes = 0;
  if (filter == EVFILT_READ && ::ioctl(fd, FIONREAD, &bytes) == 0) result.data = bytes;
  return result;
}

}  // namespace

int kqueue() {
  return ::epoll_create1(0);
}

int kevent(int kq, const struct kevent* changelist, int nchanges, struct kevent* eventlist,
           int nevents, const struct timespec* timeout) {
  int filled = 0;
  {
    const std::scoped_lock lock(mutex);
    for (int i = 0; i < nchanges; ++i) {
      const int error = apply(kq, changelist[i]);
      if (error == 0) continue;
      if (filled == nevents) {
        errno = error;
        return -1;
      }
      eventlist[filled] = changelist[i];
      eventlist[filled].flags = EV_ERROR;
      eventlist[filled++].data = error;
    }
  }
  if (nevents - filled == 0 || filled > 0) return filled;
  // Each descriptor may give two events, and none may be lost: an edge comes once.
  std::array<epoll_event, 256> raw{};
  const int room = std::max(1, std::min(nevents / 2, static_cast<int>(raw.size())));
  const int wait =
      timeout == nullptr
          ? -1
          : static_cast<int>(timeout->tv_sec * 1000 + (timeout->tv_nsec + 999'999) / 1'000'000);
  const int count = ::epoll_wait(kq, raw.data(), room, wait);
  if (count < 0) return -1;
  const std::scoped_lock lock(mutex);
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    const int fd = raw[i].data.fd;
    const std::uint32_t events = raw[i].events;
    const auto found = table().find({kq, fd});
    if (found == table().end()) continue;
    const Watched& watched = found->second;
    const bool ended = (events & (EPOLLHUP | EPOLLERR)) != 0;
    if (watched.read.is_on && ((events & (EPOLLIN | EPOLLRDHUP)) != 0 || ended)) {
      eventlist[filled++] = report(fd, EVFILT_READ, watched.read, events);
    }
    if (watched.write.is_on && filled < nevents && ((events & EPOLLOUT) != 0 || ended)) {
      eventlist[filled++] = report(fd, EVFILT_WRITE, watched.write, events);
    }
  }
  return filled;
}
