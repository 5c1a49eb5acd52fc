// ReportHtml: one HTML page of one run, or of several in one picture: judgement, figures, plots,
// environment. Threads: a pure function.
#pragma once

#include <string>
#include <vector>

#include "load/result/report.h"

namespace grotto::load {

struct NamedRun {
  std::string name;  // in legends and heads of columns; of no use if there is one run
  const Report* report = nullptr;
};

/// The whole page. It asks nothing of any other place and runs no script. Of several runs each is
/// a column and a colour. Texts are made visible() and escaped here. REQUIRES: at least one run;
/// no report is null.
[[nodiscard]] std::string report_html(const std::vector<NamedRun>& runs);

}  // namespace grotto::load
