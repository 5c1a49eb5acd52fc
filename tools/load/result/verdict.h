// Verdict: the word that a result file has for each verdict and the exit status that it gives.
// Threads: no state; any.
#pragma once

#include <optional>
#include <string_view>

#include "load/result/report.h"

namespace grotto::load {

/// "good", "failed", "assertion_failed", "inconclusive".
std::string_view verdict_word(Verdict verdict) noexcept;
std::optional<Verdict> find_verdict(std::string_view word) noexcept;
/// 0, 1, 3, 4 in the same order.
int exit_status(Verdict verdict) noexcept;
/// That of the verdict, or 64 where the run failed by a mistake in the command.
int exit_status(const Report& report) noexcept;

}  // namespace grotto::load
