#include "net/launcher.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "net/passed_descriptors.h"
#include "net/worker.h"

namespace grotto {

namespace {

constexpr std::uint64_t kNsPerMs = 1'000'000;
constexpr std::uint64_t kAnswerNs = 2'000 * kNsPerMs;
constexpr std::uint64_t kEndNs = 1'000 * kNsPerMs;
constexpr int kEndWaitMs = 2;

/// False: not before `until_ns`.
bool await(int fd, short events, std::uint64_t until_ns) noexcept {
  for (;;) {
    const std::uint64_t now = Worker::now_ns();
    const std::uint64_t left_ms = until_ns > now ? (until_ns - now) / kNsPerMs + 1 : 0;
    pollfd watched{.fd = fd, .events = events, .revents = 0};
    const int ready = ::poll(&watched, 1, static_cast<int>(left_ms));
    if (ready > 0) return true;
    if (ready == 0 || errno != EINTR) return false;
  }
}

Error fault(std::string_view why) {
  return {fmt::format("no process can be made: {}", why), 71};
}

constexpr std::string_view kLost = "the launch helper has ended";

}  // namespace

Launcher::Launcher(Worker& worker, LaunchHelper helper)
    : worker_(worker),
      socket_(std::move(helper.socket)),
      helper_pid_(helper.pid),
      token_(worker.table().add(*this)) {
  if (!worker_.selector().add_level_triggered(socket_.get(), token_)) lose();
}

Launcher::~Launcher() {
  let_go();
  worker_.table().remove(token_);
  const std::uint64_t end = Worker::now_ns() + kEndNs;
  while (::waitpid(helper_pid_, nullptr, WNOHANG) == 0) {
    if (Worker::now_ns() > end) break;
    ::poll(nullptr, 0, kEndWaitMs);
  }
}

Result<int> Launcher::launch(const Launch& launch, std::span<const int> descriptors,
                             ChildProcess::OnExit on_exit) {
  GROTTO_CHECK(descriptors.size() <= kLaunchDescriptorsMax);
  if (!is_there()) return fault(kLost);
  const std::string message =
      encode({.kind = LaunchRequestKind::launch, .pid = 0, .number = 0, .launch = launch});
  switch (send(message, descriptors)) {
    case Sent::yes: break;
    case Sent::too_long: return fault("its arguments and variables are too long");
    case Sent::no: return fault(is_there() ? "the launch helper does not listen" : kLost);
  }
  const std::size_t before_ours = unanswered_++;
  const std::uint64_t until = Worker::now_ns() + kAnswerNs;
  std::size_t others = before_ours;
  LaunchNotice notice;
  while (await_notice(until)) {
    if (!receive(notice)) {
      if (!is_there()) return fault(kLost);
      continue;
    }
    if (notice.kind == LaunchNoticeKind::ended) {
      if (early_.empty()) {
        worker_.defer([this] {
          for (const LaunchNotice& each : std::exchange(early_, {})) take(each);
        });
      }
      early_.push_back(notice);
      continue;
    }
    if (others > 0) {
      --others;
      take(notice);
      continue;
    }
    --unanswered_;
    if (notice.kind == LaunchNoticeKind::failed) return fault(std::strerror(notice.error));
    children_[notice.pid] = {std::move(on_exit), launch.outlives_server};
    return static_cast<int>(notice.pid);
  }
  return fault("the launch helper does not answer");
}

void Launcher::signal_group(int pid, int number) noexcept {
  const auto found = children_.find(pid);
  if (found == children_.end()) return;
  try {
    static_cast<void>(send(
        encode({.kind = LaunchRequestKind::signal, .pid = pid, .number = number, .launch = {}}),
        {}));
  } catch (...) {  // no memory: as kill(2), which may hit nobody else, since it is not reaped yet
    ::kill(-pid, number);
  }
}

void Launcher::forget(int pid) noexcept {
  const auto found = children_.find(pid);
  if (found != children_.end()) found->second.on_exit = nullptr;
}

void Launcher::end(int pid) noexcept {
  signal_group(pid, SIGKILL);
  forget(pid);
  const std::uint64_t until = Worker::now_ns() + kEndNs;
  LaunchNotice notice;
  while (children_.contains(pid) && is_there() && await_notice(until)) {
    if (!receive(notice)) continue;
    try {
      if (notice.kind != LaunchNoticeKind::ended || notice.pid == pid) {
        take(notice);
        continue;
      }
      // The others are told on a clean stack.
      worker_.defer([this, notice] { take(notice); });
    } catch (...) {
      log::error("the end of a program cannot be told", {{"pid", notice.pid}});
    }
  }
}

// ---- Notices -----------------------------------------------------------------------------------

void Launcher::on_ready(const ReadyEvent& /*event*/) {
  LaunchNotice notice;
  while (is_there() && receive(notice)) take(notice);
}

/// May call on_exit, as the last thing.
void Launcher::take(const LaunchNotice& notice) {
  if (notice.kind != LaunchNoticeKind::ended) {
    // The answer to a launch that was given up.
    if (unanswered_ > 0) --unanswered_;
    if (notice.kind == LaunchNoticeKind::failed) return;
    children_[notice.pid] = {};
    return signal_group(notice.pid, SIGKILL);
  }
  auto found = children_.extract(notice.pid);
  if (found.empty() || !found.mapped().on_exit) return;
  found.mapped().on_exit({notice.status, notice.signal});
}

bool Launcher::await_notice(std::uint64_t until_ns) const noexcept {
  return await(socket_.get(), POLLIN, until_ns);
}

bool Launcher::receive(LaunchNotice& notice) noexcept {
  const ssize_t got = ::recv(socket_.get(), &notice, sizeof notice, MSG_DONTWAIT);
  if (got == sizeof notice) return true;
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return false;
  lose();
  return false;
}

Launcher::Sent Launcher::send(const std::string& message,
                              std::span<const int> descriptors) noexcept {
  if (!is_there()) return Sent::no;
  if (message.size() > kLaunchBytesMax) return Sent::too_long;
  const std::uint64_t until = Worker::now_ns() + kAnswerNs;
  while (send_with_descriptors(socket_.get(), message, descriptors) < 0) {
    if (errno == EINTR) continue;
    if (errno == EMSGSIZE) return Sent::too_long;
    if (errno != EAGAIN && errno != ENOBUFS && errno != ETOOMANYREFS) {
      lose();
      return Sent::no;
    }
    if (errno != EAGAIN || !await(socket_.get(), POLLOUT, until)) return Sent::no;
  }
  return Sent::yes;
}

// ---- The end of the helper ---------------------------------------------------------------------

void Launcher::let_go() noexcept {
  if (!is_there()) return;
  worker_.selector().remove(socket_.get());
  socket_ = Descriptor();
}

void Launcher::lose() noexcept {
  if (!is_there()) return;
  let_go();
  ::waitpid(helper_pid_, nullptr, WNOHANG);
  log::error("the launch helper has ended, no bot and no other program can be started any more",
             {{"pid", helper_pid_}});
  for (const auto& [pid, child] : children_) {
    // Nobody of ours reaps it now: the number is its own until the system has.
    if (!child.outlives_server) ::kill(-pid, SIGKILL);
  }
  try {
    worker_.defer([this] { tell_lost(); });
  } catch (...) {
    log::error("the end of programs cannot be told");
  }
}

void Launcher::tell_lost() {
  while (!children_.empty()) {
    auto found = children_.extract(children_.begin());
    if (found.mapped().on_exit) found.mapped().on_exit({0, SIGKILL});
  }
}

}  // namespace grotto
