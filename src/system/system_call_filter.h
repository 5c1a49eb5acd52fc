// System call filter: an allow list of what the server asks of the kernel (seccomp(2), by
// libseccomp).
//
// What is not on the list (system_call_list.cc) is refused with EPERM and told once per number on
// standard error; the process goes on. Programs are not started here but by the launch helper,
// which must have been forked before: exec and fork are not on the list. Threads: from main, with
// no other thread running; all that come later are under it.
#pragma once

#include "base/result.h"

namespace grotto {

class SystemCallFilter {
 public:
  /// Whether this program was built with it.
  [[nodiscard]] static bool is_built_in() noexcept;

  /// From here on for good. REQUIRES: no new privileges (forbid_new_privileges()). Errors, with
  /// exit status 69: the kernel has none, or it is not built in.
  static Result<Done> set();
};

}  // namespace grotto
