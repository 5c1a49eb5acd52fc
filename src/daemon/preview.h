// Preview: a service served to the one person at this terminal, without a network.
// Threads: the main one.
#pragma once

#include <string>

#include "base/limits.h"
#include "base/result.h"
#include "daemon/server.h"

namespace grotto {

/// Serves the service of that name on standard input and output until it ends, its input ends, or
/// SIGINT, SIGTERM, SIGQUIT or SIGHUP comes. Answers that are to be hidden are, if the input is a
/// terminal. Returns the exit status.
Result<int> run_preview(const Services& services, const std::string& service, const Limits& limits);

}  // namespace grotto
