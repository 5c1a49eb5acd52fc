// Program: from the words of a call to a served life and an exit status; what every main() here
// does. Threads: the main one.
#pragma once

#include <functional>

#include "daemon/option_table.h"
#include "daemon/server.h"

namespace grotto {

/// The services, made once the settings are known, or why they cannot be.
using MakeServices = std::function<Result<Services>(const Settings& settings)>;

/// Exit status: 0 after SIGTERM or SIGINT, 64 usage, 69 an address that cannot be had, 73 a
/// store that cannot be had, 78 configuration (sysexits.h).
int run_program(const ProgramKind& program, const MakeServices& make_services, int argc,
                const char* const* argv);

}  // namespace grotto
