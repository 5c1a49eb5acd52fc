// Compare: two result files side by side, with the ratio of their figures and its spread over the
// intervals, and in words what makes the comparison doubtful. Threads: no state; any.
#pragma once

#include <string>

#include "base/result.h"
#include "load/result/report.h"

namespace grotto::load {

/// One of the two: its file's name and what it holds.
struct ComparedRun {
  std::string name;
  const Report* report;  // outlives the call
};

/// A table of aligned columns, with neither colours nor other control characters, and below it what
/// differs. The spread is the median of the ratios of the runs' intervals, first with first and so
/// on, and their quartiles.
std::string compare(const ComparedRun& a, const ComparedRun& b);

/// compare() of two result files, or the sentence of read_report().
Result<std::string> compare_files(const std::string& a, const std::string& b);

}  // namespace grotto::load
