// ReportCsv: the samples of a report as comma-separated values, to plot or to load into a table.
// Threads: no state; any.
#pragma once

#include <string>

#include "load/result/report.h"

namespace grotto::load {

/// A line of names, which end in their units (a name without one counts lines), and a line per
/// interval. What the run did not sample is empty.
std::string to_csv(const Report& report);

}  // namespace grotto::load
