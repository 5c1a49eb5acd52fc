#include "system/system_call_filter.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <thread>

#include "in_a_child.h"
#include "system/privileges.h"
#include "system/system_call_list.h"

using namespace grotto;        // NOLINT: a test of one layer
using namespace grotto::test;  // NOLINT

namespace {

/// What `body` returns under the filter, and what is told on standard error meanwhile.
struct Outcome {
  int status = -1;
  std::string told;
};

Outcome filtered(const std::function<int()>& body) {
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  Outcome outcome;
  outcome.status = in_a_child([&] {
    ::dup2(ends[1], STDERR_FILENO);
    if (!forbid_new_privileges() || !SystemCallFilter::set()) return 77;
    return body();
  });
  ::close(ends[1]);
  std::array<char, 4096> buffer{};
  ssize_t got = 0;
  while ((got = ::read(ends[0], buffer.data(), buffer.size())) > 0) {
    outcome.told.append(buffer.data(), static_cast<std::size_t>(got));
  }
  ::close(ends[0]);
  return outcome;
}

bool is_refused(long result) {
  return result == -1 && errno == EPERM;
}

// The filter ends valgrind, which makes calls of its own within the same process.
const doctest::skip under_valgrind(std::getenv("GROTTO_TEST_VALGRIND") != nullptr);

}  // namespace

TEST_CASE("SystemCallFilter: what a server does is let through, in threads as well" *
          under_valgrind) {
  const Outcome outcome = filtered([] {
    bool is_so = false;
    std::thread([&] {
      const int fd = ::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
      is_so = fd >= 0 && ::listen(fd, 1) == 0 && ::close(fd) == 0;
    }).join();
    return is_so ? 0 : 1;
  });
  CHECK(outcome.status == 0);
  CHECK(outcome.told.empty());
}

TEST_CASE("SystemCallFilter: no program is started and no process made" * under_valgrind) {
  const Outcome outcome = filtered([] {
    ::execl("/bin/true", "true", nullptr);
    if (errno != EPERM) return 1;
    if (!is_refused(::fork())) return 2;
    return is_refused(::vfork()) ? 0 : 3;
  });
  CHECK(outcome.status == 0);
}

TEST_CASE(
    "SystemCallFilter: what is not on the list fails with EPERM, is told once, and one lives" *
    under_valgrind) {
  const Outcome outcome = filtered([] {
    for (int i = 0; i < 3; ++i) {
      if (!is_refused(::umount2("/no/such/place", 0))) return 1;
    }
    if (!is_refused(::chroot("/"))) return 2;
    bool is_so = false;
    std::thread([&] { is_so = is_refused(::chroot("/")); }).join();
    return is_so ? 0 : 3;
  });
  CHECK(outcome.status == 0);
  const auto line = [](int number) {
    return "system call " + std::to_string(number) +
           " is not on the list of --seccomp and was refused\n";
  };
#ifdef __x86_64__
  CHECK(outcome.told == line(166) + line(161));
#endif
}

TEST_CASE("SystemCallFilter: raw packets and keys typed into a terminal are refused, by argument" *
          under_valgrind) {
  const Outcome outcome = filtered([] {
    if (!is_refused(::socket(AF_PACKET, SOCK_RAW, 0))) return 1;
    if (!is_refused(::socket(AF_VSOCK, SOCK_STREAM, 0))) return 2;
    const char key = 'x';
    return is_refused(::ioctl(0, TIOCSTI, &key)) ? 0 : 3;
  });
  CHECK(outcome.status == 0);
}

TEST_CASE("SystemCallFilter: no call that makes a process or gains a privilege is on the list") {
  std::set<std::string_view> names;
  for (const char* const each : allowed_system_calls()) CHECK(names.insert(each).second);
  for (const char* const each : {"execve",
                                 "execveat",
                                 "fork",
                                 "vfork",
                                 "clone",
                                 "clone3",
                                 "ptrace",
                                 "process_vm_readv",
                                 "process_vm_writev",
                                 "mount",
                                 "umount2",
                                 "pivot_root",
                                 "chroot",
                                 "unshare",
                                 "setns",
                                 "setuid",
                                 "setresuid",
                                 "capset",
                                 "bpf",
                                 "perf_event_open",
                                 "keyctl",
                                 "add_key",
                                 "init_module",
                                 "kexec_load",
                                 "reboot",
                                 "swapon",
                                 "settimeofday",
                                 "io_uring_setup",
                                 "userfaultfd",
                                 "socket",
                                 "ioctl",
                                 "prctl",
                                 "seccomp",
                                 "personality",
                                 "ioperm",
                                 "iopl",
                                 "acct",
                                 "quotactl",
                                 "setdomainname"}) {
    CHECK_MESSAGE(!names.contains(each), each);
  }
}
