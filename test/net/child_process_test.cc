#include "net/child_process.h"

#include <doctest/doctest.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "net/launcher.h"
#include "net/pipe_reader.h"
#include "worker_fixture.h"

using namespace grotto;        // NOLINT: a test of one layer
using namespace grotto::test;  // NOLINT

namespace {

std::size_t open_descriptors() {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& each : std::filesystem::directory_iterator("/proc/self/fd")) {
    ++count;
  }
  return count;
}

bool is_there(int pid) {
  return ::kill(pid, 0) == 0;
}

/// It runs; a zombie that its new parent has not reaped yet does not.
bool is_running(int pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(stat, text);
  const std::size_t end = text.rfind(')');
  return end != std::string::npos && text.at(end + 2) != 'Z';
}

/// What whoever started this test left open is not what is tested.
void keep_inherited_descriptors() {
  for (int fd = 3; fd < 1024; ++fd) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
}

/// Which of the two starts the programs of the running test, which runs once for each.
bool is_helped = false;

void by_either_way() {
  is_helped = false;
  SUBCASE("by libuv") {}
  SUBCASE("by the launch helper") {
    is_helped = true;
  }
}

/// Of a worker; empty where libuv starts them. On the worker's thread.
std::unique_ptr<Launcher> make_launcher(Worker& worker) {
  if (!is_helped) return nullptr;
  auto helper = fork_launch_helper();
  REQUIRE(helper.has_value());
  auto launcher = std::make_unique<Launcher>(worker, std::move(*helper));
  worker.set_launcher(launcher.get());
  return launcher;
}

/// A program, what it prints on both, and how it ends.
class Child {
 public:
  explicit Child(const std::string& command, const std::vector<std::string>& variables = {}) {
    worker_.on_worker([&] {
      launcher_ = make_launcher(worker_.worker());
      auto started = ChildProcess::start(worker_.worker(), command, variables,
                                         [this](const ChildProcess::Exit& exit) {
                                           if (reader_ != nullptr) reader_->read_rest();
                                           ++exits_;
                                           exit_ = exit;
                                         });
      REQUIRE(started.has_value());
      process_ = std::move(started->process);
      pid_ = process_->pid();
      socket_ = Fd(started->socket);
      reader_ = std::make_unique<PipeReader>(worker_.worker(), started->errors,
                                             [this](std::string_view bytes) { errors_ += bytes; });
    });
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    worker_.on_worker([&] {
      process_.reset();
      reader_.reset();
      launcher_.reset();
    });
    worker_.stop();
  }

  ChildProcess::Exit ends() {
    REQUIRE(worker_.becomes([&] { return exits_ == 1; }));
    return worker_.on_worker([&] { return exit_; });
  }
  std::string errors() {
    return worker_.on_worker([&] { return errors_; });
  }
  std::string output() {
    std::string all;
    REQUIRE(socket_.read_to_end(all));
    return all;
  }
  /// The next line of its output.
  std::string line() {
    std::string text;
    while (!text.ends_with('\n')) {
      pollfd waiting{socket_.get(), POLLIN, 0};
      REQUIRE(::poll(&waiting, 1, 10'000) == 1);
      char byte = 0;
      REQUIRE(::recv(socket_.get(), &byte, 1, MSG_DONTWAIT) == 1);
      text += byte;
    }
    text.pop_back();
    return text;
  }
  void hears(std::string_view bytes) { socket_.send_all(bytes); }
  void hears_no_more() { socket_.end_output(); }
  template <class Task>
  void does(Task task) {
    worker_.on_worker([&] { task(*process_); });
  }
  void is_forgotten() {
    worker_.on_worker([&] { process_.reset(); });
  }
  [[nodiscard]] int pid() const { return pid_; }
  WorkerFixture& worker() { return worker_; }

 private:
  WorkerFixture worker_;
  std::unique_ptr<Launcher> launcher_;
  std::unique_ptr<ChildProcess> process_;
  std::unique_ptr<PipeReader> reader_;
  Fd socket_;
  int pid_ = 0;
  std::string errors_;
  ChildProcess::Exit exit_;
  int exits_ = 0;
};

}  // namespace

TEST_CASE("ChildProcess: it reads what we send and we read what it prints, until either ends") {
  by_either_way();
  Child child("read a; echo \"got $a\"; cat");
  child.hears("kaixo\n");
  CHECK(child.line() == "got kaixo");
  child.hears("and more");
  child.hears_no_more();
  CHECK(child.output() == "and more");
  CHECK(child.ends().status == 0);
}

TEST_CASE("ChildProcess: its end is told once, with its status or its signal") {
  by_either_way();
  CHECK(Child("exit 7").ends().status == 7);
  CHECK(Child("no-such-program-anywhere 2> /dev/null").ends().status == 127);
  const auto exit = Child("kill -9 $$").ends();
  CHECK(exit.signal == SIGKILL);
}

TEST_CASE("ChildProcess: it is reaped, and is no zombie") {
  by_either_way();
  Child child("exit 0");
  child.ends();
  CHECK_FALSE(is_there(child.pid()));
  CHECK(::waitpid(child.pid(), nullptr, WNOHANG) == -1);
  CHECK(errno == ECHILD);
}

TEST_CASE("ChildProcess: standard error is a pipe of its own, and its rest is read at the end") {
  by_either_way();
  Child child("echo one >&2; echo two > /dev/stderr; exit 0");
  child.ends();
  CHECK(child.errors() == "one\ntwo\n");
  CHECK(child.output().empty());
}

TEST_CASE("ChildProcess: variables go before ours, the others are inherited") {
  by_either_way();
  ::setenv("GROTTO_TEST_OURS", "kept", 1);
  ::setenv("GROTTO_TEST_BOTH", "ours", 1);
  Child child("echo $GROTTO_TEST_OURS $GROTTO_TEST_BOTH $GROTTO_TEST_NEW",
              {"GROTTO_TEST_BOTH=theirs", "GROTTO_TEST_NEW=new words"});
  CHECK(child.line() == "kept theirs new words");
}

TEST_CASE("ChildProcess: it has no descriptor of ours but its three, also beside others") {
  by_either_way();
  keep_inherited_descriptors();
  Child other("read a");
  // ls itself has the folder open, as 3.
  Child child("ls /proc/self/fd | tr '\\n' ' '");
  CHECK(child.output() == "0 1 2 3 ");
}

TEST_CASE("ChildProcess: its standard input and output block") {
  by_either_way();
  // 1 MiB goes through a socket that holds less only if the writer waits.
  Child child("head -c 1048576 /dev/zero");
  CHECK(child.output().size() == 1048576);
}

TEST_CASE("ChildProcess: it has a session of its own, and its helpers end with it") {
  by_either_way();
  Child child("sleep 1000 & echo $!; cut -d' ' -f6 /proc/$$/stat; exit 3");
  const int helper = std::stoi(child.line());
  CHECK(std::stoi(child.line()) == child.pid());
  CHECK(child.ends().status == 3);
  CHECK(child.worker().becomes([&] { return !is_running(helper); }));
}

TEST_CASE("ChildProcess: terminate() asks, kill() does not") {
  by_either_way();
  SUBCASE("a program that obeys") {
    Child child("trap 'exit 5' TERM; echo ready; while :; do sleep 0.01; done");
    CHECK(child.line() == "ready");
    child.does([](ChildProcess& process) { process.terminate(); });
    CHECK(child.ends().status == 5);
  }
  SUBCASE("a program that does not") {
    Child child("trap '' TERM; echo ready; while :; do sleep 0.01; done");
    CHECK(child.line() == "ready");
    child.does([](ChildProcess& process) {
      process.terminate();
      process.kill();
    });
    CHECK(child.ends().signal == SIGKILL);
  }
}

TEST_CASE("ChildProcess: one that still runs ends with its object, which calls nobody") {
  by_either_way();
  Child child("trap '' TERM; sleep 1000 & echo $!; wait; sleep 1000");
  const int helper = std::stoi(child.line());
  child.is_forgotten();
  CHECK_FALSE(is_there(child.pid()));
  CHECK(child.worker().becomes([&] { return !is_running(helper); }));
}

TEST_CASE("ChildProcess: nothing of it is left open, however often one is started") {
  by_either_way();
  WorkerFixture worker;
  std::unique_ptr<Launcher> launcher;
  worker.on_worker([&] { launcher = make_launcher(worker.worker()); });
  const std::size_t before = worker.on_worker(open_descriptors);
  for (int i = 0; i < 30; ++i) {
    int exits = 0;
    std::unique_ptr<ChildProcess> process;
    worker.on_worker([&] {
      auto started = ChildProcess::start(worker.worker(), "echo kaixo; echo kaixo >&2", {},
                                         [&](const ChildProcess::Exit&) { ++exits; });
      REQUIRE(started.has_value());
      process = std::move(started->process);
      ::close(started->socket);
      ::close(started->errors);
    });
    REQUIRE(worker.becomes([&] { return exits == 1; }));
    worker.on_worker([&] { process.reset(); });
  }
  CHECK(worker.on_worker(open_descriptors) <= before + 2);  // libuv's own for signals
  worker.on_worker([&] { launcher.reset(); });
}
