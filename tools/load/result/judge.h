// Judge: what a run is worth: which assertions hold, whether its figures can be believed, and the
// one sentence that says so. Threads: no state; any.
#pragma once

#include <vector>

#include "load/result/assertion.h"
#include "load/result/report.h"

namespace grotto::load {

/// In open loop a schedule that ran late by more than both of these is the generator's fault.
inline constexpr std::uint64_t kLagMaxNs = 200'000;  // p99
inline constexpr double kLagShareMax = 0.10;         // of the response's p99
/// Cores in use above which a thread or a server counts as saturated.
inline constexpr double kBusyCores = 0.90;

/// Whether its lag was above both bounds. REQUIRES: open loop.
bool schedule_ran_late(const Report& report) noexcept;
/// Whether the generator was the bottleneck of an open loop, so that its figures are not the
/// server's. Never in closed loop, where something always is.
bool is_generator_limited(const Report& report) noexcept;

/// Sets asserts, verdict and judgement, and failure if the engine saw none but nothing was
/// measured: no connection was made, no line was sent, or none came. Where several verdicts hold,
/// the first of failed, assertion_failed, inconclusive counts. No assertions: no_errors() is
/// asserted. Returns the exit status.
int judge(Report& report, const std::vector<Assertion>& assertions);

}  // namespace grotto::load
