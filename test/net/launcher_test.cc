#include "net/launcher.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "worker_fixture.h"

using namespace grotto;        // NOLINT: a test of one layer
using namespace grotto::test;  // NOLINT

namespace {

bool is_running(int pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(stat, text);
  const std::size_t end = text.rfind(')');
  return end != std::string::npos && text.at(end + 2) != 'Z';
}

/// A server's side: a worker, a helper, and what programs print.
class Launching {
 public:
  Launching() {
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
    read_ = Fd(ends[0]);
    write_ = Fd(ends[1]);
    worker_.on_worker([&] {
      auto helper = fork_launch_helper();
      REQUIRE(helper.has_value());
      launcher_ = std::make_unique<Launcher>(worker_.worker(), std::move(*helper));
      helper_ = launcher_->helper_pid();
    });
  }
  Launching(const Launching&) = delete;
  Launching& operator=(const Launching&) = delete;
  ~Launching() {
    ends();
    worker_.stop();
  }

  /// The server's end.
  void ends() {
    worker_.on_worker([&] { launcher_.reset(); });
  }

  Result<int> starts(const Launch& launch) {
    return worker_.on_worker([&] {
      const std::array<int, 3> descriptors = {nowhere_.get(), write_.get(), write_.get()};
      return launcher_->launch(launch, descriptors,
                               [this](const ChildProcess::Exit& exit) { exits_.push_back(exit); });
    });
  }
  Result<int> runs(const std::string& command, std::vector<std::string> variables = {}) {
    return starts({.program = "/bin/sh",
                   .arguments = {"sh", "-c", command},
                   .variables = std::move(variables),
                   .outlives_server = false});
  }

  /// Once so many have ended.
  std::vector<ChildProcess::Exit> exits(std::size_t count) {
    REQUIRE(worker_.becomes([&] { return exits_.size() >= count; }));
    return worker_.on_worker([&] { return exits_; });
  }
  std::string line() {
    std::string text;
    char byte = 0;
    while (::read(read_.get(), &byte, 1) == 1 && byte != '\n') text += byte;
    return text;
  }
  [[nodiscard]] int helper() const { return helper_; }
  WorkerFixture& worker() { return worker_; }
  Launcher& launcher() { return *launcher_; }

 private:
  WorkerFixture worker_;
  std::unique_ptr<Launcher> launcher_;
  Fd read_;
  Fd write_;
  Fd nowhere_ = Fd(::open("/dev/null", O_RDWR | O_CLOEXEC));
  std::vector<ChildProcess::Exit> exits_;
  int helper_ = 0;
};

}  // namespace

TEST_CASE(
    "Launcher: a program has its arguments, its variables and no descriptor but those given") {
  ::setenv("GROTTO_TEST_TAKEN", "away", 1);
  Launching server;
  REQUIRE(
      server
          .starts({.program = "/bin/sh",
                   .arguments =
                       {"named", "-c",
                        "echo $0 $1 $A [$GROTTO_TEST_TAKEN]; ls /proc/self/fd | tr '\\n' ' '; echo",
                        "me", "kaixo"},
                   .variables = {"A=new words", "GROTTO_TEST_TAKEN"},
                   .outlives_server = false})
          .has_value());
  CHECK(server.line() == "me kaixo new words []");
  CHECK(server.line() == "0 1 2 3 ");  // the last is the folder that ls reads
  CHECK(server.exits(1).front().status == 0);
}

TEST_CASE("Launcher: it is a session of its own and its end is told once, with status or signal") {
  Launching server;
  const auto pid = server.runs("cut -d' ' -f6 /proc/$$/stat; exit 3");
  REQUIRE(pid.has_value());
  CHECK(server.line() == std::to_string(*pid));
  CHECK(server.exits(1).back().status == 3);
  REQUIRE(server.runs("kill -9 $$").has_value());
  CHECK(server.exits(2).back().signal == SIGKILL);
  CHECK(server.exits(2).size() == 2);
}

TEST_CASE("Launcher: a program that cannot be started is told at once, and why") {
  Launching server;
  const auto pid =
      server.starts({.program = "/no/such/program", .arguments = {"it"}, .variables = {}});
  REQUIRE_FALSE(pid.has_value());
  CHECK(pid.error().sentence == "no process can be made: No such file or directory");
  CHECK(pid.error().exit_status == 71);
}

TEST_CASE("Launcher: a request that is too long is refused, and the next one is served") {
  Launching server;
  const auto pid = server.runs("true", {"A=" + std::string(kLaunchBytesMax, 'a')});
  REQUIRE_FALSE(pid.has_value());
  CHECK(pid.error().sentence == "no process can be made: its arguments and variables are too long");
  REQUIRE(server.runs("echo on").has_value());
  CHECK(server.line() == "on");
}

TEST_CASE(
    "Launcher: many programs at once each end once, and what none is asked for meets nobody") {
  Launching server;
  constexpr std::size_t kMany = 40;
  for (std::size_t i = 0; i < kMany; ++i) REQUIRE(server.runs("exit 4").has_value());
  for (const auto& exit : server.exits(kMany)) CHECK(exit.status == 4);
  server.worker().on_worker([&] { server.launcher().signal_group(::getpid(), SIGKILL); });
}

TEST_CASE("Launcher: when the server ends its programs are killed, but for what is to outlive it") {
  Launching server;
  const auto staying = server.starts({.program = "/bin/sh",
                                      .arguments = {"sh", "-c", "echo ready; sleep 1000"},
                                      .variables = {},
                                      .outlives_server = true});
  const auto going = server.runs("trap '' TERM; echo ready; sleep 1000");
  REQUIRE(staying.has_value());
  REQUIRE(going.has_value());
  CHECK(server.line() == "ready");
  CHECK(server.line() == "ready");
  server.ends();
  CHECK(server.worker().becomes([&] { return !is_running(*going); }));
  CHECK(is_running(*staying));
  CHECK_FALSE(is_running(server.helper()));
  ::kill(-*staying, SIGKILL);
}

TEST_CASE("Launcher: when its helper dies its programs end, and no more can be started") {
  Launching server;
  const auto pid = server.runs("echo ready; sleep 1000");
  REQUIRE(pid.has_value());
  CHECK(server.line() == "ready");
  ::kill(server.helper(), SIGKILL);
  CHECK(server.exits(1).front().signal == SIGKILL);
  CHECK(server.worker().becomes([&] { return !is_running(*pid); }));
  const auto next = server.runs("true");
  REQUIRE_FALSE(next.has_value());
  CHECK(next.error().sentence == "no process can be made: the launch helper has ended");
}

TEST_CASE(
    "Launcher: a helper that stands still costs one launch, and what it starts later is killed") {
  Launching server;
  ::kill(server.helper(), SIGSTOP);
  const auto late = server.runs("echo late; sleep 1000");
  REQUIRE_FALSE(late.has_value());
  CHECK(late.error().sentence == "no process can be made: the launch helper does not answer");
  ::kill(server.helper(), SIGCONT);
  REQUIRE(server.runs("echo on; exit 6").has_value());
  CHECK(server.exits(1).front().status == 6);
  CHECK(server.exits(1).size() == 1);  // the late one is nobody's
}

TEST_CASE("Launcher: signals that a terminal or a service manager sends do not end the helper") {
  Launching server;
  for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2})
    ::kill(server.helper(), number);
  REQUIRE(server.runs("echo on").has_value());
  CHECK(server.line() == "on");
}
