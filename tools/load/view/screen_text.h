// Screen text: what the live progress says, as text for a terminal of any width or as one plain
// line. Threads: pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "load/result/report.h"
#include "load/view/shown_text.h"

namespace grotto::load {

struct ScreenLook {
  Charset charset = Charset::ascii;
  bool has_color = false;
};

/// One moment of a run.
struct ScreenMoment {
  std::string_view title;
  std::string_view phase;        // "connecting 412 of 1 000"; empty while measuring
  const Tally* tally = nullptr;  // so far; none before the first interval is over
  const Sample* last = nullptr;  // none or both
  double share_done = 0;         // 0 … 1, of the measuring
  std::vector<double> rates;     // deliveries/s of the intervals so far, oldest first
};

/// The lines of the screen part, without line ends, none wider than `columns`. What does not fit
/// beside its label goes on below; nothing but the title is cut above 20 columns.
[[nodiscard]] std::vector<std::string> screen_lines(const ScreenMoment& moment, std::size_t columns,
                                                    const ScreenLook& look);

/// The columns that a line of screen_lines() takes: its colours take none.
[[nodiscard]] std::size_t columns_of(std::string_view line);

/// One interval in one line, without line end and colours. REQUIRES: tally and last are there.
[[nodiscard]] std::string plain_line(const ScreenMoment& moment, Charset charset);

/// The newest of `values` that fit into `columns`, as blocks (" .:-=+*#" in ASCII) from 0 to the
/// highest of these.
[[nodiscard]] std::string sparkline(const std::vector<double>& values, std::size_t columns,
                                    Charset charset);

}  // namespace grotto::load
