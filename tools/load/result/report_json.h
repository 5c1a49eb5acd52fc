// ReportJson: a Report as a result file, JSON of schema 1, and back. Threads: no state; any.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "load/result/report.h"

namespace grotto::load {

/// Raised when a key changes its meaning or goes; a new key does not raise it.
inline constexpr int kReportSchema = 1;
/// A result file above this is refused: a series of a week of seconds has 200 MB.
inline constexpr std::size_t kReportBytesMax = std::size_t{1} << 28;

/// One top-level key a line, one sample a line, a newline at the end. Times are microseconds of at
/// least four significant digits; a histogram's buckets, its least and its highest are exact, so
/// that to_report() gives the same percentiles. Bytes that are no UTF-8 become U+FFFD.
std::string to_json(const Report& report);

/// The report that `text` holds; keys that it does not know are ignored. Otherwise a sentence that
/// begins with `name`, and exit status 65.
Result<Report> to_report(std::string_view text, const std::string& name);

/// to_report() of a file; exit status 66 if it cannot be read.
Result<Report> read_report(const std::string& path);

}  // namespace grotto::load
