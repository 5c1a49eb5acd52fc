#include "net/child_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/descriptor.h"
#include "net/helped_child.h"
#include "net/launcher.h"
#include "net/uv_handle.h"
#include "net/worker.h"

// POSIX leaves the declaration to us (environ(7)).
extern char** environ;  // NOLINT(readability-redundant-declaration)

namespace grotto {

namespace {

constexpr int kEndWaitsMax = 500;  // of 2 ms
constexpr int kEndWaitMs = 2;
constexpr int kSendBufferBytes = 64 * 1024;  // as of every Unix socket (listener.h)

bool make_private(int fd) {
  return ::fcntl(fd, F_SETFD, FD_CLOEXEC) == 0;
}

bool make_ours(int fd) {
  return ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK) == 0;
}

/// The ends of what leads to a child.
struct Ends {
  Descriptor socket;
  Descriptor errors;
  Descriptor child_socket;
  Descriptor child_errors;

  /// 0 or an errno.
  int open() {
    std::array<int, 2> pair{};
    // No other thread starts programs, so that close-on-exec may come a moment later.
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, pair.data()) != 0) return errno;
    socket = Descriptor(pair[0]);
    child_socket = Descriptor(pair[1]);
    if (::pipe(pair.data()) != 0) return errno;
    errors = Descriptor(pair[0]);
    child_errors = Descriptor(pair[1]);
    for (const Descriptor* each : {&socket, &errors, &child_socket, &child_errors}) {
      if (!make_private(each->get())) return errno;
    }
    if (!make_ours(socket.get()) || !make_ours(errors.get())) return errno;
    ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDBUF, &kSendBufferBytes, sizeof kSendBufferBytes);
    return 0;
  }
};

/// Ours without those that `variables` has, then these.
std::vector<std::string> environment_with(const std::vector<std::string>& variables) {
  std::vector<std::string> all = variables;
  for (char** each = environ; each != nullptr && *each != nullptr; ++each) {
    const std::string_view ours = *each;
    const std::string_view name = ours.substr(0, ours.find('=') + 1);
    const bool is_replaced =
        std::any_of(variables.begin(), variables.end(),
                    [&](const std::string& variable) { return variable.starts_with(name); });
    if (!is_replaced) all.emplace_back(ours);
  }
  return all;
}

class LoopChildProcess final : public ChildProcess {
 public:
  explicit LoopChildProcess(OnExit on_exit) : on_exit_(std::move(on_exit)) {}
  LoopChildProcess(const LoopChildProcess&) = delete;
  LoopChildProcess& operator=(const LoopChildProcess&) = delete;

  ~LoopChildProcess() override {
    if (pid_ == 0) return;
    LoopChildProcess::kill();
    // The loop may never run again: the process is reaped here.
    for (int i = 0; i < kEndWaitsMax && ::waitpid(pid_, nullptr, WNOHANG) == 0; ++i) {
      ::poll(nullptr, 0, kEndWaitMs);
    }
  }

  /// 0 or a libuv error.
  int spawn(Worker& worker, std::string command, std::vector<std::string> environment,
            const Ends& ends) {
    std::string shell = "/bin/sh";
    std::string option = "-c";
    std::array<char*, 4> words = {shell.data(), option.data(), command.data(), nullptr};
    std::vector<char*> variables;
    variables.reserve(environment.size() + 1);
    for (std::string& each : environment) variables.push_back(each.data());
    variables.push_back(nullptr);
    std::array<uv_stdio_container_t, 3> stdio{};
    for (uv_stdio_container_t& each : stdio) each.flags = UV_INHERIT_FD;
    stdio[0].data.fd = ends.child_socket.get();
    stdio[1].data.fd = ends.child_socket.get();
    stdio[2].data.fd = ends.child_errors.get();

    uv_process_options_t options{};
    options.file = shell.c_str();
    options.args = words.data();
    options.env = variables.data();
    options.stdio = stdio.data();
    options.stdio_count = static_cast<int>(stdio.size());
    options.flags = UV_PROCESS_DETACHED;  // a session of its own
    options.exit_cb = [](uv_process_t* handle, std::int64_t status, int signal) noexcept {
      static_cast<LoopChildProcess*>(handle->data)->end({status, signal});
    };
    auto* const loop = static_cast<uv_loop_t*>(worker.loop());
    int error = 0;
    // The handle is the loop's to close even if no process was made.
    handle_.open(this, [&](uv_process_t* handle) {
      error = uv_spawn(loop, handle, &options);
      return 0;
    });
    if (error == 0) {
      pid_ = handle_.get()->pid;
    } else {
      handle_.reset();
    }
    return error;
  }

  [[nodiscard]] int pid() const noexcept override { return pid_; }
  void terminate() noexcept override { signal_group(SIGTERM); }
  void kill() noexcept override { signal_group(SIGKILL); }

 private:
  void signal_group(int number) const noexcept {
    if (pid_ != 0) ::kill(-pid_, number);
  }

  void end(const Exit& exit) {
    // At once: while a helper is left nobody else can get the group's number.
    kill();
    pid_ = 0;
    handle_.reset();
    const OnExit on_exit = std::move(on_exit_);
    on_exit(exit);  // may destroy this
  }

  OnExit on_exit_;
  UvHandle<uv_process_t> handle_;
  int pid_ = 0;  // 0: none runs
};

}  // namespace

Result<ChildProcess::Started> ChildProcess::start(Worker& worker, const std::string& command,
                                                  const std::vector<std::string>& variables,
                                                  OnExit on_exit) {
  Ends ends;
  if (const int error = ends.open(); error != 0) {
    return Error{fmt::format("no way to a program can be made: {}", std::strerror(error)), 71};
  }
  if (Launcher* const launcher = worker.launcher(); launcher != nullptr) {
    const std::array<int, 3> descriptors = {ends.child_socket.get(), ends.child_socket.get(),
                                            ends.child_errors.get()};
    auto process =
        start_helped_child(*launcher, command, variables, descriptors, std::move(on_exit));
    if (!process) return process.error();
    return Started{std::move(*process), ends.socket.release(), ends.errors.release()};
  }
  auto process = std::make_unique<LoopChildProcess>(std::move(on_exit));
  if (const int error = process->spawn(worker, command, environment_with(variables), ends);
      error != 0) {
    return Error{fmt::format("no process can be made: {}", uv_strerror(error)), 71};
  }
  return Started{std::move(process), ends.socket.release(), ends.errors.release()};
}

}  // namespace grotto
