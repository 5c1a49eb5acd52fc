// Config file: client.toml, read into Options. Threads: no state; any.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "client/settings/options.h"

namespace grotto::client {

/// Errors: a sentence with file and line; exit status 78. `path` is for that sentence only.
Result<Done> read_config_text(std::string_view text, const std::string& path, Options& options);
/// Errors also if it is no plain file that can be read, or has more than 1 MiB.
Result<Done> read_config_file(const std::string& path, Options& options);

}  // namespace grotto::client
