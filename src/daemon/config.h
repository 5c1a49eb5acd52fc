// Config: layers the sources of settings: flag > environment > file > default, whole values.
// Threads: before any other thread runs.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/result.h"
#include "daemon/command_line.h"
#include "daemon/option_table.h"
#include "daemon/settings.h"

namespace grotto {

struct Config {
  Act act = Act::run;
  Settings settings;
};

/// The value of an environment variable, if it is set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

Environment process_environment();

/// Errors: exit status 64 for the command line, 78 for the environment and the file; the sentence
/// names the flag, the variable, or the file and line. An empty variable is an empty value.
Result<Config> load_config(const ProgramKind& program, int argc, const char* const* argv,
                           const Environment& environment);

}  // namespace grotto
