// ChildProcess: a program that /bin/sh runs beside us, in a session of its own, so that whoever
// ends it ends its helpers too.
//
// Its standard input and output are one end of a socket pair, whose other end is for
// Worker::adopt(); its standard error is a pipe, for PipeReader. Of our descriptors it gets no
// other, nor does any other child get those. The worker's launcher starts it, if there is one
// (launcher.h), else libuv does, by fork and exec. It is reaped; none is left as a zombie.
// Threads: its worker's only; one worker starts all of them (libuv reaps by loop).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace grotto {

class Worker;

class ChildProcess {
 public:
  /// How it ended.
  struct Exit {
    std::int64_t status = 0;  // if no signal ended it
    int signal = 0;           // 0: none did
  };
  using OnExit = std::function<void(const Exit& exit)>;

  struct Started;

  /// Runs `command` by `/bin/sh -c`, with our environment (a launcher's: that of the start) and
  /// `variables` ("NAME=VALUE"), which go before ours. `on_exit` is called once, on the loop, when
  /// it has ended and what is left of its session was killed; it may destroy this. Errors: no
  /// descriptor, no memory, no process; exit status 71 (EX_OSERR).
  static Result<Started> start(Worker& worker, const std::string& command,
                               const std::vector<std::string>& variables, OnExit on_exit);

  /// Kills its group if it still runs, waits for its end (1 s at most, should the kernel hold it),
  /// and calls nobody.
  virtual ~ChildProcess() = default;

  [[nodiscard]] virtual int pid() const noexcept = 0;
  /// Asks its group to end (SIGTERM).
  virtual void terminate() noexcept = 0;
  /// Ends its group (SIGKILL).
  virtual void kill() noexcept = 0;
};

/// A program that runs, and our ends, which the caller owns: both close-on-exec and non-blocking.
struct ChildProcess::Started {
  std::unique_ptr<ChildProcess> process;
  int socket = -1;  // its standard input and output
  int errors = -1;  // its standard error, to be read
};

}  // namespace grotto
