// bind_socket(): sockets that are bound before there is a worker for them, while the process may
// still bind what it likes. Threads: no state; may block on a name: at set-up only.
#pragma once

#include <string_view>

#include "base/descriptor.h"
#include "base/result.h"

namespace grotto {

/// One that listens, for Listener::take_over(); `endpoint` and errors as for Listener::open().
Result<Descriptor> bind_listener(std::string_view endpoint);

/// One for datagrams, for UdpEndpoint::take_over(); `endpoint` and errors as for
/// UdpEndpoint::open().
Result<Descriptor> bind_datagrams(std::string_view endpoint);

}  // namespace grotto
