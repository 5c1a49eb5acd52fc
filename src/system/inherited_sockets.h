// Inherited sockets: those that a service manager has opened for the server (sd_listen_fds(3)).
// Threads: from main, with no other thread running.
#pragma once

#include <string>
#include <vector>

#include "base/descriptor.h"
#include "base/result.h"

namespace grotto {

struct InheritedSocket {
  Descriptor fd;         // close-on-exec
  std::string name;      // of $LISTEN_FDNAMES; a .socket unit's FileDescriptorName=
  std::string endpoint;  // what it is bound to: "HOST:PORT", "[V6]:PORT" or "unix:PATH"
};

/// Those that $LISTEN_FDS counts, from descriptor 3 on, if $LISTEN_PID is this process; the
/// variables are taken away. Errors, with exit status 69: one is no listening stream socket.
Result<std::vector<InheritedSocket>> take_inherited_sockets();

}  // namespace grotto
