// Rates: what follows from the counts of a report or of one of its samples: per second, per
// message, per connection. None where there is nothing to divide by or the server's process was
// not sampled (--pid). Threads: no state; any.
#pragma once

#include <optional>

#include "load/result/report.h"

namespace grotto::load {

std::optional<double> sent_per_s(const Report& report) noexcept;
std::optional<double> sent_per_s(const Sample& sample) noexcept;
std::optional<double> received_per_s(const Report& report) noexcept;
std::optional<double> received_per_s(const Sample& sample) noexcept;

/// CPU time per delivery received, in microseconds.
std::optional<double> generator_cpu_us_per_message(const Report& report) noexcept;
std::optional<double> generator_cpu_us_per_message(const Sample& sample) noexcept;
std::optional<double> server_cpu_us_per_message(const Report& report) noexcept;
std::optional<double> server_cpu_us_per_message(const Sample& sample) noexcept;

/// Cores in use on average: 0.83 is 83 % of one core.
std::optional<double> server_cpu(const Report& report) noexcept;
/// Growth of the resident memory per connection; negative if it shrank.
std::optional<double> server_bytes_per_connection(const Report& report) noexcept;

}  // namespace grotto::load
