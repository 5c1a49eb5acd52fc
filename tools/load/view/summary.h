// Summary: what a run found, at a glance: the text that grotto-load ends with. Threads: a pure
// function.
#pragma once

#include <cstddef>
#include <string>

#include "load/result/report.h"
#include "load/view/shown_text.h"

namespace grotto::load {

inline constexpr std::size_t kSummaryLinesMax = 25;
/// Only the last line, the judgement, may be longer.
inline constexpr std::size_t kSummaryColumnsMax = 100;

/// Lines in aligned columns, each with its newline; the last is the judgement. Asserts, faults and
/// notes share what room is left: those that fail first, and "… and 7 more" for the rest. Texts
/// are made visible() here.
[[nodiscard]] std::string summary(const Report& report, Charset charset);

}  // namespace grotto::load
