// in_a_child(): what cannot be taken back is tried in a process of its own.
// Threads: forks; the test's only.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <functional>

namespace grotto::test {

/// The exit status of a process that runs `body` and ends with what it returns; 128 and the number
/// of the signal that ended it.
inline int in_a_child(const std::function<int()>& body) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    int status = 99;
    try {
      status = body();
    } catch (...) {
      status = 98;
    }
    ::_exit(status);
  }
  int status = 0;
  if (pid < 0 || ::waitpid(pid, &status, 0) != pid) return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace grotto::test
