// Run: one run of a workload from the first connection to the report: connect, warm up, measure,
// wait for what is still on its way, leave. Threads: blocks the caller; the crews have threads of
// their own.
#pragma once

#include <string_view>

#include "base/result.h"
#include "load/engine/options.h"
#include "load/result/report.h"

namespace grotto::load {

/// Who is told while a run goes on. Called on the thread of run().
class RunObserver {
 public:
  virtual void on_phase(std::string_view text) = 0;
  virtual void on_interval(const Report& so_far, const Sample& last, double share_done) = 0;

 protected:
  ~RunObserver() = default;
};

/// The report of a run, however it went: what failed is in Report::failure. The judgement is not
/// made yet. Ends early on SIGINT and SIGTERM, with what ran so far; the second ends the process
/// (exit status 130). Errors: exit status 64 for what a usage mistake is (a dialect that the server
/// does not speak), 71 for what the system refuses.
Result<Report> run(const LoadOptions& options, RunObserver& observer);

/// What keeps a run from being possible on this machine: descriptors, source ports, rate per
/// connection. Raises the limit of descriptors as far as it may be. Errors: a sentence with the
/// limit, how much is possible and what lifts it; 64.
Result<Done> check_limits(const LoadOptions& options);

}  // namespace grotto::load
