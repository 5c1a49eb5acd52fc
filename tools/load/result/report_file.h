// ReportFile: writes a result to where the user wants it, whole or not at all. Threads: any; not
// two at once to the same file.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace grotto::load {

/// Writes `text` to `path`, or to standard output if that is "-". A file is written under a
/// temporary name beside it and renamed, so that under `path` there is the old result or the new
/// one; what is no ordinary file (a pipe, /dev/null) is written as it is. Otherwise a sentence with
/// the path and the reason, exit status 73; the temporary file is gone.
Result<Done> write_report_file(const std::string& path, std::string_view text);

/// Whether write_report_file() would find a place for `path`, for before a long run: creates and
/// removes a file beside it. The same sentence and exit status.
Result<Done> check_report_file(const std::string& path);

}  // namespace grotto::load
