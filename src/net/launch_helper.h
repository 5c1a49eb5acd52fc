// Launch helper: a process that starts programs for a server which must not, because its
// system-call filter knows no exec, or should not, because to fork a large process is slow.
//
// It is forked once, before there are threads and before the filter, does nothing but this, holds
// no descriptor of the server's but its end of a socket pair, and has a session of its own. It ends
// when the other end is closed, however the server ended, and kills what it started first, but for
// what is to outlive the server. Threads: fork_launch_helper() from main, with no other thread
// running.
#pragma once

#include "base/descriptor.h"
#include "base/result.h"

namespace grotto {

struct LaunchHelper {
  Descriptor socket;  // SOCK_SEQPACKET, close-on-exec; messages: launch_message.h
  int pid = 0;        // a child of ours, to be reaped
};

/// Errors: no descriptors, no process (exit status 71). In the helper it does not return.
Result<LaunchHelper> fork_launch_helper();

}  // namespace grotto
