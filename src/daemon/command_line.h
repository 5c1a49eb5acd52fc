// Command line: splits the words of a call into options, by CLI11. It knows names, not values.
// Threads: no state; any.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "daemon/option_table.h"

namespace grotto {

enum class Act : std::uint8_t {
  run,
  check_config,
  print_config,
  check_script,
  preview,
  help,
  version
};

struct CommandLine {
  Act act = Act::run;
  std::string config_file;             // empty: not given
  std::map<std::string, Texts> given;  // by Option::flag
};

/// Errors: exit status 64, the sentence names the word that is wrong.
Result<CommandLine> parse_command_line(const ProgramKind& program, const std::vector<Option>& table,
                                       int argc, const char* const* argv);

}  // namespace grotto
