// Help: what --help, --version and --print-config print.
// Threads: any.
#pragma once

#include <string>

#include "daemon/option_table.h"

namespace grotto {

std::string help_text(const ProgramKind& program);
std::string version_text(const ProgramKind& program);
/// All settings as a TOML file that says the same.
std::string config_text(const ProgramKind& program, const Settings& settings);

}  // namespace grotto
