// Reading records of a store without being its owner: for programs that look into its file.
// Threads: no state; any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "room/records.h"

namespace grotto {

/// All records of a kind, in order of their keys, as they are at one moment, also while a server
/// writes to the file, which is not changed. Errors: it is no store, or one of a newer version
/// (exit status 65), it cannot be read (74).
[[nodiscard]] Result<std::vector<Records::Record>> read_records(const std::string& path,
                                                                std::string_view kind);

}  // namespace grotto
