// run_server: a whole program around one service: options, listeners, workers, signals, exit
// status. Threads: call it from main(); it returns when the server has stopped.
#pragma once

#include <string_view>

#include "grotto/service.h"

namespace grotto {

/// Serves `factory`'s service under `name` as grottod serves chat: the same options, variables and
/// file for listening, limits and logging (`--help` lists them). Prints `listening NAME ADDRESS`
/// per listener. Returns the exit status for main(): 0 after SIGTERM or SIGINT, 64 usage, 69 an
/// address that cannot be had, 78 configuration (sysexits.h).
int run_server(int argc, char** argv, std::string_view name, const ServiceFactory& factory);

}  // namespace grotto
