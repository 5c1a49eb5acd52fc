#include "net/launch_helper.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/launch_message.h"
#include "net/passed_descriptors.h"

#ifdef __linux__
#include <sys/prctl.h>
#endif

// POSIX leaves the declaration to us (environ(7)).
extern char** environ;  // NOLINT(readability-redundant-declaration)

namespace grotto {

namespace {

constexpr int kFailed = 127;  // of a child that could not become a program
constexpr int kFirstFree = 3;

/// fork(2) without what libraries do after it (libuv closes what it takes for its own descriptors).
/// The helper has one thread, so that nothing needs it.
pid_t fork_plainly() {
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 34)
  return ::_Fork();
#else
  return ::fork();
#endif
}

/// Ours, changed by `variables` (launch_message.h).
std::vector<std::string> environment_with(const std::vector<std::string>& variables) {
  std::vector<std::string> all;
  for (const std::string& variable : variables) {
    if (variable.find('=') != std::string::npos) all.push_back(variable);
  }
  for (char** each = environ; each != nullptr && *each != nullptr; ++each) {
    const std::string_view ours = *each;
    const std::string_view name = ours.substr(0, ours.find('='));
    const bool is_changed =
        std::any_of(variables.begin(), variables.end(), [&](const std::string& variable) {
          return std::string_view(variable).substr(0, variable.find('=')) == name;
        });
    if (!is_changed) all.emplace_back(ours);
  }
  return all;
}

/// What execve(2) takes: made before the fork.
std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  all.reserve(texts.size() + 1);
  for (std::string& each : texts) all.push_back(each.data());
  all.push_back(nullptr);
  return all;
}

void reset_signals() {
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// In the child: the descriptors become 0, 1, 2 …, then the program takes over. Returns an errno.
int become(const char* program, char* const* arguments, char* const* environment,
           std::vector<int>& descriptors) {
  ::setsid();
  const int count = static_cast<int>(descriptors.size());
  // First out of each other's way.
  for (int& each : descriptors) {
    each = ::fcntl(each, F_DUPFD_CLOEXEC, std::max(count, kFirstFree));
    if (each < 0) return errno;
  }
  for (int i = 0; i < count; ++i) {
    if (::dup2(descriptors[static_cast<std::size_t>(i)], i) < 0) return errno;
  }
  reset_signals();
  ::execve(program, arguments, environment);
  return errno;
}

class Helper {
 public:
  explicit Helper(int socket) : socket_(socket) {}

  /// Until the server is gone.
  void serve() {
    sigset_t unblocked;
    ::sigemptyset(&unblocked);
    for (;;) {
      tell_ended();
      pollfd watched{.fd = socket_, .events = POLLIN, .revents = 0};
      if (::ppoll(&watched, 1, nullptr, &unblocked) <= 0) continue;  // EINTR: a child has ended
      if (!take_request()) return;
    }
  }

  void end_all() {
    for (const Child& each : children_) {
      if (!each.outlives_server) ::kill(-each.pid, SIGKILL);
    }
  }

 private:
  struct Child {
    int pid;
    bool outlives_server;
  };

  bool take_request();
  void launch(Launch launch, std::vector<int> descriptors);
  void tell_ended();
  void tell(const LaunchNotice& notice) const {
    // Waits for the server, which reads while it waits for an answer.
    while (::send(socket_, &notice, sizeof notice, MSG_NOSIGNAL) < 0 && errno == EINTR) {
    }
  }

  const int socket_;
  std::vector<Child> children_;
  std::vector<char> message_ = std::vector<char>(kLaunchBytesMax);
};

/// False: the server is gone.
bool Helper::take_request() {
  std::vector<Descriptor> owned;
  const auto [got, is_cut] = receive_with_descriptors(socket_, message_, owned);
  if (got < 0) return errno == EINTR || errno == EAGAIN;
  if (got == 0) return false;
  std::vector<int> descriptors;
  descriptors.reserve(owned.size());
  for (const Descriptor& each : owned) descriptors.push_back(each.get());
  auto request = decode_launch_request({message_.data(), static_cast<std::size_t>(got)});
  if (!request || is_cut || owned.size() > kLaunchDescriptorsMax) {
    tell({.kind = LaunchNoticeKind::failed, .error = EINVAL});
    return true;
  }
  if (request->kind == LaunchRequestKind::launch) {
    launch(std::move(request->launch), std::move(descriptors));
    return true;
  }
  // Only what was started here and is not reaped yet, so that the number is nobody else's.
  const bool is_ours = std::any_of(children_.begin(), children_.end(),
                                   [&](const Child& each) { return each.pid == request->pid; });
  if (is_ours) ::kill(-request->pid, request->number);
  return true;
}

void Helper::launch(Launch launch, std::vector<int> descriptors) {
  const auto fail = [this](int error) { tell({.kind = LaunchNoticeKind::failed, .error = error}); };
  if (children_.size() >= kLaunchedMax) return fail(EAGAIN);
  std::vector<std::string> environment = environment_with(launch.variables);
  const std::vector<char*> arguments = pointers(launch.arguments);
  const std::vector<char*> variables = pointers(environment);
  children_.reserve(children_.size() + 1);
  std::array<int, 2> fault{};  // by which a child says why it could not; closed by its exec
  if (::pipe2(fault.data(), O_CLOEXEC) != 0) return fail(errno);
  const Descriptor fault_in(fault[0]);
  Descriptor fault_out(fault[1]);
  const pid_t pid = fork_plainly();
  if (pid == 0) {
    const int kept = ::fcntl(fault_out.get(), F_DUPFD_CLOEXEC,
                             static_cast<int>(kLaunchDescriptorsMax) + kFirstFree);
    const int error =
        kept < 0 ? errno
                 : become(launch.program.c_str(), arguments.data(), variables.data(), descriptors);
    static_cast<void>(::write(kept, &error, sizeof error) < 0);
    ::_exit(kFailed);
  }
  if (pid < 0) return fail(errno);
  fault_out = Descriptor();
  int error = 0;
  ssize_t got = 0;
  while ((got = ::read(fault_in.get(), &error, sizeof error)) < 0 && errno == EINTR) {
  }
  if (got == sizeof error) {
    while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    return fail(error);
  }
  children_.push_back({pid, launch.outlives_server});
  tell({.kind = LaunchNoticeKind::started, .pid = pid});
}

void Helper::tell_ended() {
  for (std::size_t i = 0; i < children_.size();) {
    const Child child = children_[i];
    siginfo_t what{};
    const int error =
        ::waitid(P_PID, static_cast<id_t>(child.pid), &what, WEXITED | WNOHANG | WNOWAIT);
    if (error == 0 && what.si_pid == 0) {
      ++i;
      continue;
    }
    // Before it is reaped, so that nobody else can have got the group's number.
    if (!child.outlives_server) ::kill(-child.pid, SIGKILL);
    int status = 0;
    while (::waitpid(child.pid, &status, 0) < 0 && errno == EINTR) {
    }
    children_[i] = children_.back();
    children_.pop_back();
    tell({.kind = LaunchNoticeKind::ended,
          .pid = child.pid,
          .status = WIFEXITED(status) ? WEXITSTATUS(status) : 0,
          .signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0});
  }
}

/// Everything but `socket`, which becomes kFirstFree; 0 to 2 lead nowhere.
int keep_only(int socket) {
  const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int fd = 0; fd < kFirstFree && nowhere >= 0; ++fd) ::dup2(nowhere, fd);
  if (socket != kFirstFree) ::dup2(socket, kFirstFree);
  ::fcntl(kFirstFree, F_SETFD, FD_CLOEXEC);
#ifdef __linux__
  if (::close_range(kFirstFree + 1, ~0U, 0) == 0) return kFirstFree;
#endif
  const long most = ::sysconf(_SC_OPEN_MAX);
  for (int fd = kFirstFree + 1; fd < most; ++fd) ::close(fd);
  return kFirstFree;
}

[[noreturn]] void run_helper(int socket) {
  ::setsid();  // what a terminal or a service manager sends to the server's group is not for it
  for (int number = 1; number < NSIG; ++number) {
    if (number != SIGCHLD) ::signal(number, SIG_IGN);
  }
  for (const int number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS, SIGTRAP}) {
    ::signal(number, SIG_DFL);
  }
  struct sigaction on_child{};
  on_child.sa_handler = [](int) {};  // wakes ppoll(2)
  ::sigaction(SIGCHLD, &on_child, nullptr);
  sigset_t blocked;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGCHLD);
  ::sigprocmask(SIG_SETMASK, &blocked, nullptr);
#ifdef __linux__
  ::prctl(PR_SET_NAME, "grotto-launch");
#endif
  Helper helper(keep_only(socket));
  helper.serve();
  helper.end_all();
  ::_exit(0);
}

}  // namespace

Result<LaunchHelper> fork_launch_helper() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return Error{fmt::format("no way to a launch helper can be made: {}", std::strerror(errno)),
                 71};
  }
  Descriptor ours(ends[0]);
  const Descriptor theirs(ends[1]);
  // So that no signal finds the helper as it is not yet.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = ::fork();
  if (pid != 0) ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) {
    return Error{fmt::format("no launch helper can be made: {}", std::strerror(errno)), 71};
  }
  if (pid == 0) run_helper(theirs.get());
  return LaunchHelper{std::move(ours), pid};
}

}  // namespace grotto
