#include "daemon/service_reports.h"

#include <doctest/doctest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>

using namespace grotto;  // NOLINT: a test of one layer

namespace {

/// A manager that wants to hear each 20 ms that a server of two workers lives.
class Watched {
 public:
  Watched() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string name = "grotto-watched-" + std::to_string(::getpid());
    name.copy(address.sun_path + 1, name.size());
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
    REQUIRE(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), size) == 0);
    ::setenv("NOTIFY_SOCKET", ("@" + name).c_str(), 1);
    ::setenv("WATCHDOG_USEC", "40000", 1);
    for (unsigned index = 0; index < 2; ++index) {
      auto made = Worker::create(index, 2, {});
      REQUIRE(made.has_value());
      workers_.at(index) = std::move(*made);
    }
    reports_ = std::make_unique<ServiceReports>(
        ServiceManager::from_environment(),
        std::vector<Worker*>{workers_[0].get(), workers_[1].get()}, [] { return "all is well"; });
    begin(0);
    workers_[0]->post([this] { reports_->start(); });
  }
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;
  ~Watched() {
    for (std::size_t i = 0; i < 2; ++i) {
      if (!threads_.at(i).joinable()) begin(i);
      workers_.at(i)->stop();
    }
    for (std::thread& each : threads_) each.join();
    reports_.reset();
    ::close(fd_);
  }

  /// Worker `index` turns from here on.
  void begin(std::size_t index) {
    threads_.at(index) = std::thread([this, index] { workers_.at(index)->run(); });
  }

  /// What is told next, within `patience_ms`; else "nothing".
  std::string hears(int patience_ms) const {
    pollfd watched{.fd = fd_, .events = POLLIN, .revents = 0};
    if (::poll(&watched, 1, patience_ms) != 1) return "nothing";
    std::array<char, 1024> buffer{};
    const ssize_t got = ::recv(fd_, buffer.data(), buffer.size(), 0);
    return std::string(buffer.data(), static_cast<std::size_t>(got));
  }

 private:
  int fd_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  std::array<std::unique_ptr<Worker>, 2> workers_;
  std::unique_ptr<ServiceReports> reports_;
  std::array<std::thread, 2> threads_;
};

}  // namespace

TEST_CASE("ServiceReports: the watchdog is fed only while every worker's loop turns") {
  Watched server;
  CHECK(server.hears(10'000) == "READY=1");
  CHECK(server.hears(10'000) == "STATUS=all is well");
  // Ten times as long as it asks for: worker 1 does not run.
  CHECK(server.hears(200) == "nothing");
  server.begin(1);
  for (int i = 0; i < 3; ++i) CHECK(server.hears(10'000) == "WATCHDOG=1");
}
