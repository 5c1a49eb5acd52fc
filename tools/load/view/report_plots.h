// ReportPlots: the pictures of one run, or of several laid over each other. Threads: a pure
// function.
#pragma once

#include <string>
#include <vector>

#include "load/view/report_html.h"

namespace grotto::load {

/// The figures, one after the other: latency by percentile, rate, latency and CPU over time, and
/// errors if there are any. Those without data are left out. Of several runs only the judged
/// latency is drawn.
[[nodiscard]] std::string plots_of(const std::vector<NamedRun>& runs);

}  // namespace grotto::load
