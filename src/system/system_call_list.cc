// By who needs them. How the list was made: the black-box suite under `strace -f -c` and under the
// filter itself, which names what it refuses.
#include "system/system_call_list.h"

#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include <array>

namespace grotto {

namespace {

constexpr std::uint64_t kLow = 0xFFFF'FFFF;  // of an int, whose upper half may be anything

constexpr const char* kAllowed[] = {
    // NOLINT(modernize-avoid-c-arrays): a list
    // Connections, listeners, datagrams; one's own sockets to the service manager.
    "accept",
    "accept4",
    "bind",
    "connect",
    "getpeername",
    "getsockname",
    "getsockopt",
    "listen",
    "recvfrom",
    "recvmmsg",
    "recvmsg",
    "sendmmsg",
    "sendmsg",
    "sendto",
    "setsockopt",
    "shutdown",
    // Waiting: the selector, libuv, poll(2) of logs and files.
    "epoll_create1",
    "epoll_ctl",
    "epoll_pwait",
    "epoll_pwait2",
    "epoll_wait",
    "eventfd2",
    "poll",
    "ppoll",
    "pselect6",
    "select",
    "timerfd_create",
    "timerfd_gettime",
    "timerfd_settime",
    // Bytes.
    "close",
    "close_range",
    "dup",
    "dup2",
    "dup3",
    "fcntl",
    "lseek",
    "pipe",
    "pipe2",
    "pread64",
    "preadv",
    "pwrite64",
    "pwritev",
    "read",
    "readv",
    "write",
    "writev",
    // Files: the store and its journal, answers, certificates, logs, socket files, /proc.
    "access",
    "chmod",
    "chown",
    "copy_file_range",
    "faccessat",
    "faccessat2",
    "fallocate",
    "fchmod",
    "fchmodat",
    "fchown",
    "fchownat",
    "fdatasync",
    "flock",
    "fstat",
    "fstatfs",
    "fsync",
    "ftruncate",
    "getcwd",
    "getdents64",
    "link",
    "linkat",
    "lstat",
    "memfd_create",
    "mkdir",
    "mkdirat",
    "newfstatat",
    "open",
    "openat",
    "readlink",
    "readlinkat",
    "rename",
    "renameat",
    "renameat2",
    "rmdir",
    "stat",
    "statfs",
    "statx",
    "symlink",
    "symlinkat",
    "sync_file_range",
    "umask",
    "unlink",
    "unlinkat",
    "utimensat",
    // Memory.
    "brk",
    "madvise",
    "mincore",
    "mlock",
    "mlock2",
    "mmap",
    "mprotect",
    "mremap",
    "msync",
    "munlock",
    "munmap",
    // Threads and their locks; process ids; the end.
    "exit",
    "exit_group",
    "futex",
    "get_robust_list",
    "getpgrp",
    "getpid",
    "getppid",
    "gettid",
    "membarrier",
    "rseq",
    "sched_getaffinity",
    "sched_getparam",
    "sched_getscheduler",
    "sched_setaffinity",
    "sched_yield",
    "set_robust_list",
    "set_tid_address",
    "wait4",
    "waitid",
    // Signals: of libuv, of abort(3), to programs when their helper has died.
    "kill",
    "restart_syscall",
    "rt_sigaction",
    "rt_sigpending",
    "rt_sigprocmask",
    "rt_sigreturn",
    "rt_sigtimedwait",
    "sigaltstack",
    "tgkill",
    // Time.
    "clock_getres",
    "clock_gettime",
    "clock_nanosleep",
    "gettimeofday",
    "nanosleep",
    "time",
    // Facts.
    "capget",
    "getcpu",
    "getegid",
    "geteuid",
    "getgid",
    "getgroups",
    "getrandom",
    "getresgid",
    "getresuid",
    "getrlimit",
    "getrusage",
    "getuid",
    "prlimit64",
    "sysinfo",
    "times",
    "uname",
};

constexpr LimitedCall kLimited[] = {
    // NOLINT(modernize-avoid-c-arrays): a list
    // Threads, and no processes.
    {"clone", 0, CLONE_THREAD, CLONE_THREAD},
    // No raw packets, no kernel interfaces; netlink is how getaddrinfo(3) sees which addresses it
    // has.
    {"socket", 0, kLow, AF_UNIX},
    {"socket", 0, kLow, AF_INET},
    {"socket", 0, kLow, AF_INET6},
    {"socket", 0, kLow, AF_NETLINK},
    {"socketpair", 0, kLow, AF_UNIX},
    // Whether it is a terminal and how large, what waits in a socket; not what types into a
    // terminal.
    {"ioctl", 1, kLow, TCGETS},
    {"ioctl", 1, kLow, TIOCGWINSZ},
    {"ioctl", 1, kLow, FIONREAD},
    {"ioctl", 1, kLow, FIONBIO},
    {"ioctl", 1, kLow, FIOCLEX},
    {"ioctl", 1, kLow, TIOCOUTQ},  // of a socket: SIOCOUTQ
    // Names of threads; malloc's names of its areas.
    {"prctl", 0, kLow, PR_SET_NAME},
    {"prctl", 0, kLow, PR_GET_DUMPABLE},
    {"prctl", 0, kLow, 0x53564d41},  // PR_SET_VMA
};

}  // namespace

std::span<const char* const> allowed_system_calls() noexcept {
  return kAllowed;
}

std::span<const LimitedCall> limited_system_calls() noexcept {
  return kLimited;
}

}  // namespace grotto
