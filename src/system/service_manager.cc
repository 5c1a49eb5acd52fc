#include "system/service_manager.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <optional>

#include "base/numbers.h"
#include "net/open_socket.h"

namespace grotto {

namespace {

constexpr std::uint64_t kUsecPerMs = 1'000;

/// The value of a variable, which is there no more afterwards.
std::string take_variable(const char* name) {
  const char* const found = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  if (found == nullptr) return {};
  std::string value = found;
  ::unsetenv(name);  // NOLINT(concurrency-mt-unsafe)
  return value;
}

/// "/run/…", or "@…" of the abstract namespace.
Descriptor connect_to(const std::string& path) {
  sockaddr_un address{};
  if (path.size() < 2 || path.size() >= sizeof address.sun_path) return {};
  if (path.front() != '/' && path.front() != '@') return {};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, path.size());
  if (path.front() == '@') address.sun_path[0] = '\0';
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
  Descriptor fd(open_socket(AF_UNIX, SOCK_DGRAM));
  if (fd.get() < 0) return {};
  const auto* const to = reinterpret_cast<const sockaddr*>(&address);
  if (::connect(fd.get(), to, size) != 0) return {};
  return fd;
}

}  // namespace

ServiceManager ServiceManager::from_environment() {
  ServiceManager manager;
  const std::string path = take_variable("NOTIFY_SOCKET");
  const std::string watchdog = take_variable("WATCHDOG_USEC");
  const std::string watched = take_variable("WATCHDOG_PID");
  if (path.empty()) return manager;
  manager.socket_ = connect_to(path);
  manager.socket_variable_ = "NOTIFY_SOCKET=" + path;
  const auto microseconds = parse_whole(watchdog);
  const bool is_ours = watched.empty() || watched == std::to_string(::getpid());
  if (!microseconds || !is_ours) return manager;
  manager.alive_every_ms_ = std::max<std::uint64_t>(*microseconds / kUsecPerMs / 2, 1);
  manager.watchdog_variable_ = "WATCHDOG_USEC=" + watchdog;
  return manager;
}

void ServiceManager::tell(std::string_view state) const noexcept {
  if (!is_there()) return;
  static_cast<void>(::send(socket_.get(), state.data(), state.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
}

void ServiceManager::tell_reloading() const noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  const auto microseconds = static_cast<std::uint64_t>(now.tv_sec) * 1'000'000 +
                            static_cast<std::uint64_t>(now.tv_nsec) / 1'000;
  try {
    tell(fmt::format("RELOADING=1\nMONOTONIC_USEC={}", microseconds));
  } catch (...) {
    return;  // no memory: it is not told
  }
}

void ServiceManager::tell_status(std::string_view status) const noexcept {
  try {
    std::string text = fmt::format("STATUS={}", status);
    std::replace(text.begin(), text.end(), '\n', ' ');
    tell(text);
  } catch (...) {
    return;
  }
}

void ServiceManager::tell_main_pid(int pid) const noexcept {
  try {
    tell(fmt::format("MAINPID={}", pid));
  } catch (...) {
    return;
  }
}

}  // namespace grotto
