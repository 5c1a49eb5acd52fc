// What the linker puts in place of the system's calls and of the clocks (meson.build, --wrap): for
// memory sockets ours, for all else the real ones.
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <functional>
#include <string>

#include "memory_socket.h"

namespace grotto::test {

namespace {
std::uint64_t clock_ms = 1'000'000;
constexpr std::int64_t kEpochMs = 1'790'000'000'000;
}  // namespace

std::uint64_t memory_clock_ms() noexcept {
  return clock_ms;
}
void set_memory_clock_ms(std::uint64_t now_ms) noexcept {
  clock_ms = now_ms;
}

}  // namespace grotto::test

using grotto::test::MemorySocket;

// NOLINTBEGIN(bugprone-reserved-identifier): the linker's names
extern "C" {

ssize_t __real_recv(int fd, void* to, size_t bytes, int flags);
ssize_t __wrap_recv(int fd, void* to, size_t bytes, int flags);
ssize_t __wrap_recv(int fd, void* to, size_t bytes, int flags) {
  if (auto* const socket = MemorySocket::find(fd)) {
    return socket->recv(static_cast<char*>(to), bytes, (flags & MSG_PEEK) != 0);
  }
  return __real_recv(fd, to, bytes, flags);
}

ssize_t __real_send(int fd, const void* from, size_t bytes, int flags);
ssize_t __wrap_send(int fd, const void* from, size_t bytes, int flags);
ssize_t __wrap_send(int fd, const void* from, size_t bytes, int flags) {
  if (auto* const socket = MemorySocket::find(fd)) {
    return socket->send_some({static_cast<const char*>(from), bytes});
  }
  return __real_send(fd, from, bytes, flags);
}

ssize_t __real_sendmsg(int fd, const msghdr* message, int flags);
ssize_t __wrap_sendmsg(int fd, const msghdr* message, int flags);
ssize_t __wrap_sendmsg(int fd, const msghdr* message, int flags) {
  auto* const socket = MemorySocket::find(fd);
  if (socket == nullptr) return __real_sendmsg(fd, message, flags);
  std::string all;
  for (size_t i = 0; i != message->msg_iovlen; ++i) {
    all.append(static_cast<const char*>(message->msg_iov[i].iov_base), message->msg_iov[i].iov_len);
  }
  return socket->send_some(all);
}

int __real_shutdown(int fd, int how);
int __wrap_shutdown(int fd, int how);
int __wrap_shutdown(int fd, int how) {
  auto* const socket = MemorySocket::find(fd);
  if (socket == nullptr) return __real_shutdown(fd, how);
  socket->shutdown();
  return 0;
}

int __real_close(int fd);
int __wrap_close(int fd);
int __wrap_close(int fd) {
  auto* const socket = MemorySocket::find(fd);
  if (socket == nullptr) return __real_close(fd);
  socket->close();
  return 0;
}

int __real_setsockopt(int fd, int level, int name, const void* value, socklen_t size);
int __wrap_setsockopt(int fd, int level, int name, const void* value, socklen_t size);
int __wrap_setsockopt(int fd, int level, int name, const void* value, socklen_t size) {
  return MemorySocket::find(fd) != nullptr ? 0 : __real_setsockopt(fd, level, name, value, size);
}

int __real_getsockopt(int fd, int level, int name, void* value, socklen_t* size);
int __wrap_getsockopt(int fd, int level, int name, void* value, socklen_t* size);
int __wrap_getsockopt(int fd, int level, int name, void* value, socklen_t* size) {
  if (MemorySocket::find(fd) == nullptr) return __real_getsockopt(fd, level, name, value, size);
  errno = EOPNOTSUPP;  // TCP_INFO is the kernel's
  return -1;
}

int __real_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, ...) {
  va_list arguments;
  va_start(arguments, request);
  void* const argument = va_arg(arguments, void*);
  va_end(arguments);
  auto* const socket = MemorySocket::find(fd);
  if (socket == nullptr) return __real_ioctl(fd, request, argument);
  *static_cast<int*>(argument) = static_cast<int>(socket->unacknowledged());  // SIOCOUTQ
  return 0;
}

// grotto::Selector::now_ns() and grotto::wall_clock_ms().
std::uint64_t __wrap__ZN6grotto8Selector6now_nsEv();
std::uint64_t __wrap__ZN6grotto8Selector6now_nsEv() {
  return grotto::test::memory_clock_ms() * 1'000'000;
}
std::int64_t __wrap__ZN6grotto13wall_clock_msEv();
std::int64_t __wrap__ZN6grotto13wall_clock_msEv() {
  return grotto::test::kEpochMs + static_cast<std::int64_t>(grotto::test::memory_clock_ms());
}

// grotto::run_on_pool(): there is no pool, so that the worker does the work itself, in its order.
bool __wrap__ZN6grotto11run_on_poolEP9uv_loop_sSt8functionIFvvEES4_(
    void* loop, const std::function<void()>* work, const std::function<void()>* done);
bool __wrap__ZN6grotto11run_on_poolEP9uv_loop_sSt8functionIFvvEES4_(
    void* /*loop*/, const std::function<void()>* /*work*/, const std::function<void()>* /*done*/) {
  return false;
}

// Hashes that cost nothing: here passwords are kept from nobody.
int __wrap_crypto_pwhash_str(char* out, const char* password, unsigned long long bytes,
                             unsigned long long operations, size_t memory);
int __wrap_crypto_pwhash_str(char* out, const char* password, unsigned long long bytes,
                             unsigned long long /*operations*/, size_t /*memory*/) {
  const std::size_t size = std::min<std::size_t>(bytes, 100);
  out[0] = '$';
  std::memcpy(out + 1, password, size);
  out[size + 1] = '\0';
  return 0;
}
int __wrap_crypto_pwhash_str_verify(const char* hash, const char* password,
                                    unsigned long long bytes);
int __wrap_crypto_pwhash_str_verify(const char* hash, const char* password,
                                    unsigned long long bytes) {
  return std::string(hash) == "$" + std::string(password, std::min<std::size_t>(bytes, 100)) ? 0
                                                                                             : -1;
}

}  // extern "C"
// NOLINTEND(bugprone-reserved-identifier)
