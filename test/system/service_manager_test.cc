#include "system/service_manager.h"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <string>

#include "base/descriptor.h"

using namespace grotto;  // NOLINT: a test of one layer

namespace {

/// The manager's end of $NOTIFY_SOCKET.
class Manager {
 public:
  explicit Manager(char first) : fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    const std::string name = "/tmp/grotto-notify-" + std::to_string(::getpid());
    path_ = first == '@' ? "@" + name : name;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.copy(address.sun_path, path_.size());
    if (first == '@') address.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path_.size());
    REQUIRE(::bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0);
    ::setenv("NOTIFY_SOCKET", path_.c_str(), 1);
  }
  Manager(const Manager&) = delete;
  Manager& operator=(const Manager&) = delete;
  ~Manager() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
    for (const char* each : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) ::unsetenv(each);
  }

  /// The next message, or "nothing".
  std::string hears() {
    std::array<char, 4096> buffer{};
    const ssize_t got = ::recv(fd_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    return got < 0 ? "nothing" : std::string(buffer.data(), static_cast<std::size_t>(got));
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  Descriptor fd_;
  std::string path_;
};

}  // namespace

TEST_CASE("ServiceManager: each state is one message, by a path and by an abstract name") {
  char first = '/';
  SUBCASE("a path") {}
  SUBCASE("an abstract name") {
    first = '@';
  }
  Manager manager(first);
  const ServiceManager told = ServiceManager::from_environment();
  CHECK(told.is_there());
  told.tell_ready();
  told.tell_status("3 members\nREADY=1");
  told.tell_main_pid(77);
  told.tell_alive();
  told.tell_stopping();
  CHECK(manager.hears() == "READY=1");
  CHECK(manager.hears() == "STATUS=3 members READY=1");
  CHECK(manager.hears() == "MAINPID=77");
  CHECK(manager.hears() == "WATCHDOG=1");
  CHECK(manager.hears() == "STOPPING=1");
  CHECK(manager.hears() == "nothing");
}

TEST_CASE("ServiceManager: a reload is told with the monotonic time") {
  Manager manager('/');
  const ServiceManager told = ServiceManager::from_environment();
  timespec before{};
  ::clock_gettime(CLOCK_MONOTONIC, &before);
  told.tell_reloading();
  const std::string message = manager.hears();
  const std::string begin = "RELOADING=1\nMONOTONIC_USEC=";
  REQUIRE(message.starts_with(begin));
  const long long microseconds = std::stoll(message.substr(begin.size()));
  CHECK(microseconds >= before.tv_sec * 1'000'000LL);
  CHECK(microseconds < (before.tv_sec + 60) * 1'000'000LL);
}

TEST_CASE("ServiceManager: the variables are taken away, and kept for who goes on as the service") {
  Manager manager('/');
  ::setenv("WATCHDOG_USEC", "3000000", 1);
  ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
  const ServiceManager told = ServiceManager::from_environment();
  for (const char* each : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) {
    CHECK(std::getenv(each) == nullptr);
  }
  CHECK(told.alive_every_ms() == 1'500);
  CHECK(told.socket_variable() == "NOTIFY_SOCKET=" + manager.path());
  CHECK(told.watchdog_variable() == "WATCHDOG_USEC=3000000");
}

TEST_CASE("ServiceManager: a watchdog of another process, or none, is not fed") {
  Manager manager('/');
  ::setenv("WATCHDOG_USEC", "3000000", 1);
  ::setenv("WATCHDOG_PID", "1", 1);
  CHECK(ServiceManager::from_environment().alive_every_ms() == 0);
  ::setenv("NOTIFY_SOCKET", manager.path().c_str(), 1);
  ::setenv("WATCHDOG_USEC", "soon", 1);
  CHECK(ServiceManager::from_environment().alive_every_ms() == 0);
}

TEST_CASE("ServiceManager: without one, or with one that is not there, nothing is said") {
  CHECK_FALSE(ServiceManager::from_environment().is_there());
  for (const char* path : {"", "relative", "/no/such/socket", "@no such socket"}) {
    ::setenv("NOTIFY_SOCKET", path, 1);
    const ServiceManager told = ServiceManager::from_environment();
    CHECK_FALSE(told.is_there());
    told.tell_ready();
  }
}
