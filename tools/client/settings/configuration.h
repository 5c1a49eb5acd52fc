// Configuration: layers the sources of options: flag > environment GROTTO_CLIENT_… > file >
// default. Threads: before any other thread runs.
#pragma once

#include <string>

#include "base/result.h"
#include "client/settings/options.h"
#include "client/settings/paths.h"

namespace grotto::client {

enum class Act : std::uint8_t { run, help, version };

struct Configuration {
  Act act = Act::run;
  Options options;
};

/// `default_file`: read if it is there; a file that a flag or a variable names must be. Errors: one
/// sentence, with the flag, the variable, or the file and line; exit status 64 for the command
/// line, 78 for the environment and the file.
Result<Configuration> configure(int argc, const char* const* argv, const Environment& environment,
                                const std::string& default_file);

/// All options with their defaults and units, and examples; at most 100 columns.
std::string help_text();

}  // namespace grotto::client
