// Config file: reads a TOML file into settings.
// Threads: no state; any.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "daemon/option_table.h"

namespace grotto {

/// Reads `path` into `settings` and returns the keys that it set. Errors: exit status 78, the
/// sentence begins with "path:line:" and says what was expected.
Result<std::set<std::string>> read_config_file(const std::string& path, const ProgramKind& program,
                                               const std::vector<Option>& table,
                                               Settings& settings);

/// The same for text that is already read.
Result<std::set<std::string>> read_config_text(std::string_view text, const std::string& path,
                                               const ProgramKind& program,
                                               const std::vector<Option>& table,
                                               Settings& settings);

}  // namespace grotto
