// Figures: the one table of the numbers that a report has a name for, which --assert, --find-max
// and compare share. Threads: built at its first use, constant then.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "load/result/report.h"

namespace grotto::load {

enum class Quantity {
  count,     // lines, connections
  rate,      // per second
  duration,  // ns
  cost,      // µs of CPU time
  bytes,
};

/// What a run must have been given to fill a figure.
enum class Needs {
  nothing,
  open_loop,   // --rate
  server_pid,  // --pid
};

struct Figure {
  std::string name;
  Quantity quantity;
  Needs needs;
  /// None if the report does not know: no line was measured, the server's process not sampled.
  std::function<std::optional<double>(const Report&)> find;
};

/// All of them, in the order to show them.
const std::vector<Figure>& figures();
/// Null if there is none of this name. `p99` alone is that of the judged series.
const Figure* find_figure(std::string_view name);
/// The one whose name is least far from `name`.
const Figure& nearest_figure(std::string_view name);

/// "3.10 ms", "0.0450 µs", "1 234 567", "12.4 k", "400 B".
std::string figure_text(Quantity quantity, double value);

}  // namespace grotto::load
