// Echo: bytes back exactly as they came (RFC 862).
//
// Backpressure is its bound: the door reads no further from a peer that does not read.
// Threads: one instance per worker.
#pragma once

#include "grotto/service.h"

namespace grotto {

ServiceFactory make_echo_factory();

}  // namespace grotto
