// Judgement: the parts of the sentence that sums a run up, in lower case and without a full stop.
// Threads: no state; any.
#pragma once

#include <string>

#include "load/result/report.h"

namespace grotto::load {

/// "3 of 100 000 lines were lost, 2 came twice"; empty if there are no errors.
std::string errors_in_words(const Report& report);
/// "every one of 1 234 567 deliveries came whole and in order", or how many did and why not all.
/// REQUIRES: no errors.
std::string deliveries_in_words(const Report& report);
/// "generator-limited: its schedule ran late (…); the server's latency is not known".
/// REQUIRES: is_generator_limited().
std::string limit_in_words(const Report& report);
/// "saturated: the server used 99 % of a core, the generator 40 %"; empty if nothing was.
std::string saturation_in_words(const Report& report);
/// "3 connections could not be made"; empty if all could.
std::string connect_failures_in_words(const Report& report);
/// "deliveries" for fanout and chat, where one line gives several; else "lines".
std::string_view unit_in_words(const Report& report, std::uint64_t count);

}  // namespace grotto::load
