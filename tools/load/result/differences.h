// Differences: what two runs do not have in common, or what is wrong with one, in words: why their
// ratio may not mean what it seems to. Threads: no state; any.
#pragma once

#include <string>
#include <vector>

#include "load/result/report.h"

namespace grotto::load {

/// One line each: "they differ in connections: 50 and 100", "A was inconclusive: …". Empty if
/// nothing is doubtful.
std::vector<std::string> differences(const Report& a, const Report& b);

}  // namespace grotto::load
