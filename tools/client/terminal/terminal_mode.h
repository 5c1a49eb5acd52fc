// TerminalMode: the terminal as an editor needs it: every key at once, none echoed, and none a
// signal; and as it was found again on every way out, also by a signal or a crash.
//
// What the signal handler needs is the one global of the client: there is one terminal.
// Threads: main's; the handler runs on any.
#pragma once

#include "base/result.h"

namespace grotto::client {

class TerminalMode {
 public:
  /// Saves the state of that terminal, and takes the signals that would end the process, so that it
  /// is restored first. Once in a process. Errors: it is no terminal.
  static Result<Done> open(int fd);
  /// Restores it and gives the signals back.
  static void close() noexcept;

  static void set_raw() noexcept;
  static void restore() noexcept;
};

}  // namespace grotto::client
