// ReportTables: what one run or several found out, in numbers and words, as HTML tables with a
// column for each run. Threads: pure functions.
#pragma once

#include <string>
#include <vector>

#include "load/view/report_html.h"

namespace grotto::load {

/// Counts, rates, errors and costs; with several runs the latencies too. A row that no run knows
/// is left out.
[[nodiscard]] std::string figures_table(const std::vector<NamedRun>& runs);
/// Of one run: a row for each series, a column for each percentile.
[[nodiscard]] std::string latency_table(const Report& report);
[[nodiscard]] std::string asserts_table(const std::vector<NamedRun>& runs);
/// Command and options.
[[nodiscard]] std::string options_table(const std::vector<NamedRun>& runs);
[[nodiscard]] std::string environment_table(const std::vector<NamedRun>& runs);

}  // namespace grotto::load
