// short_calls: a library to be preloaded, under which every read and write of a stream socket is
// short (1 to 3 bytes), and now and then says EINTR or EAGAIN instead.
//
// Nothing that it does could not come of a network. A short read means that the rest came later,
// and EAGAIN that all of it did: so after either the descriptor is registered anew, as it is, with
// the epoll that watches it, and the kernel gives the edge that would then have come. Looks without
// taking (MSG_PEEK), datagrams, pipes and files are left alone.
//
// SHORT_CALLS_SEED: the seed of what is drawn (default 1). SHORT_CALLS_PROGRAM: whose calls are
// short (default grottod). Of the programs that the server starts the next grottod of an upgrade
// runs so too; the others run without, and so do their children.
// Threads: any; each draws for itself.
#include <dlfcn.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <mutex>

namespace {

constexpr int kDescriptorsMax = 65'536;  // beyond it nothing is shortened
constexpr unsigned kShortMax = 3;        // bytes
constexpr unsigned kFaultOneIn = 8;

struct Watched {
  int epoll = -1;
  epoll_event event{};
};

std::mutex mutex;  // guards watched
Watched watched[kDescriptorsMax];
std::uint64_t seed = 1;
bool is_meant = false;  // this program
std::atomic<std::uint64_t> threads{0};

template <class Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

/// xorshift64*: small, and the same each time.
unsigned draw(unsigned below) {
  thread_local std::uint64_t state = (seed + ++threads) * 0x9e3779b97f4a7c15U | 1U;
  state ^= state >> 12U;
  state ^= state << 25U;
  state ^= state >> 27U;
  return static_cast<unsigned>((state * 0x2545f4914f6cdd1dU) >> 33U) % below;
}

bool is_stream(int fd) {
  if (!is_meant || fd < 0 || fd >= kDescriptorsMax) return false;
  int type = 0;
  socklen_t size = sizeof type;
  const int error = errno;
  const bool is = ::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_STREAM;
  errno = error;
  return is;
}

int real_epoll_ctl(int epoll, int operation, int fd, epoll_event* event) {
  static const auto real = next<decltype(epoll_ctl)>("epoll_ctl");
  return real(epoll, operation, fd, event);
}

/// The kernel looks at the descriptor anew, and tells what it is ready for.
void rearm(int fd) {
  const int error = errno;
  const std::scoped_lock lock(mutex);
  Watched& each = watched[fd];
  if (each.epoll >= 0) real_epoll_ctl(each.epoll, EPOLL_CTL_MOD, fd, &each.event);
  errno = error;
}

/// True: this call fails, errno says how.
bool fails(int fd) {
  if (draw(kFaultOneIn) != 0) return false;
  errno = draw(2) == 0 ? EINTR : EAGAIN;
  if (errno == EAGAIN) rearm(fd);
  return true;
}

std::size_t shortened(std::size_t size) {
  return std::min<std::size_t>(size, 1 + draw(kShortMax));
}

/// The first slice that holds something, of which a short call takes from.
iovec first_of(const iovec* slices, std::size_t count) {
  const iovec* const end = slices + count;
  const iovec* const found =
      std::find_if(slices, end, [](const iovec& each) { return each.iov_len > 0; });
  return found == end ? iovec{nullptr, 0} : iovec{found->iov_base, shortened(found->iov_len)};
}

ssize_t receive(int fd, void* buffer, std::size_t size, int flags) {
  static const auto real = next<decltype(recv)>("recv");
  if (size == 0 || (flags & MSG_PEEK) != 0 || !is_stream(fd)) return real(fd, buffer, size, flags);
  if (fails(fd)) return -1;
  const ssize_t got = real(fd, buffer, shortened(size), flags);
  if (got > 0) rearm(fd);
  return got;
}

ssize_t send_short(int fd, const void* data, std::size_t size, int flags) {
  static const auto real = next<decltype(send)>("send");
  if (size == 0 || !is_stream(fd)) return real(fd, data, size, flags);
  if (fails(fd)) return -1;
  return real(fd, data, shortened(size), flags);
}

__attribute__((constructor)) void begin() {
  if (const char* const given = std::getenv("SHORT_CALLS_SEED"))
    seed = std::strtoull(given, nullptr, 10);
  const char* const program = std::getenv("SHORT_CALLS_PROGRAM");
  is_meant = std::strcmp(program_invocation_short_name, program ? program : "grottod") == 0;
  if (!is_meant) ::unsetenv("LD_PRELOAD");
}

}  // namespace

extern "C" {

int epoll_ctl(int epoll, int operation, int fd, epoll_event* event) noexcept {
  if (fd >= 0 && fd < kDescriptorsMax) {
    const std::scoped_lock lock(mutex);
    watched[fd] =
        operation == EPOLL_CTL_DEL || event == nullptr ? Watched{} : Watched{epoll, *event};
  }
  return real_epoll_ctl(epoll, operation, fd, event);
}

int close(int fd) {
  static const auto real = next<decltype(close)>("close");
  if (fd >= 0 && fd < kDescriptorsMax) {
    const std::scoped_lock lock(mutex);
    watched[fd] = {};
  }
  return real(fd);
}

ssize_t recv(int fd, void* buffer, std::size_t size, int flags) {
  return receive(fd, buffer, size, flags);
}

ssize_t send(int fd, const void* data, std::size_t size, int flags) {
  return send_short(fd, data, size, flags);
}

ssize_t read(int fd, void* buffer, std::size_t size) {
  static const auto real = next<decltype(read)>("read");
  return is_stream(fd) ? receive(fd, buffer, size, 0) : real(fd, buffer, size);
}

ssize_t write(int fd, const void* data, std::size_t size) {
  static const auto real = next<decltype(write)>("write");
  return is_stream(fd) ? send_short(fd, data, size, 0) : real(fd, data, size);
}

ssize_t readv(int fd, const iovec* slices, int count) {
  static const auto real = next<decltype(readv)>("readv");
  const iovec first = is_stream(fd) ? first_of(slices, static_cast<std::size_t>(count)) : iovec{};
  return first.iov_len > 0 ? receive(fd, first.iov_base, first.iov_len, 0)
                           : real(fd, slices, count);
}

ssize_t writev(int fd, const iovec* slices, int count) {
  static const auto real = next<decltype(writev)>("writev");
  const iovec first = is_stream(fd) ? first_of(slices, static_cast<std::size_t>(count)) : iovec{};
  return first.iov_len > 0 ? send_short(fd, first.iov_base, first.iov_len, 0)
                           : real(fd, slices, count);
}

ssize_t sendmsg(int fd, const msghdr* message, int flags) {
  static const auto real = next<decltype(sendmsg)>("sendmsg");
  if (message->msg_controllen > 0 || !is_stream(fd)) return real(fd, message, flags);
  const iovec first = first_of(message->msg_iov, message->msg_iovlen);
  return first.iov_len > 0 ? send_short(fd, first.iov_base, first.iov_len, flags)
                           : real(fd, message, flags);
}

ssize_t recvmsg(int fd, msghdr* message, int flags) {
  static const auto real = next<decltype(recvmsg)>("recvmsg");
  if (message->msg_controllen > 0 || (flags & MSG_PEEK) != 0 || !is_stream(fd))
    return real(fd, message, flags);
  const iovec first = first_of(message->msg_iov, message->msg_iovlen);
  return first.iov_len > 0 ? receive(fd, first.iov_base, first.iov_len, flags)
                           : real(fd, message, flags);
}

}  // extern "C"
