// Environment: where and with what a run took place, read from the system, so that two reports
// can be told apart or compared. What the system does not tell is left out. Threads: any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "load/result/report.h"

namespace grotto::load {

/// Build, libuv, kernel, processor, cores, memory and the kernel's settings for sockets, in the
/// order to show them. `proc` is where the process file system is mounted.
[[nodiscard]] Environment read_environment(const std::string& proc = "/proc");

/// Time of all cores together since the machine started, in clock ticks.
struct CpuTicks {
  std::uint64_t steal = 0;  // taken by the hypervisor
  std::uint64_t total = 0;  // with the idle time
};

/// From the text of /proc/stat; nothing if it does not begin as such.
[[nodiscard]] std::optional<CpuTicks> parse_cpu_ticks(std::string_view stat);
/// Now; nothing where there is no /proc/stat.
[[nodiscard]] std::optional<CpuTicks> read_cpu_ticks(const std::string& proc = "/proc");
/// The share (0 … 1) of all cores that the hypervisor took between two readings; 0 if either is
/// missing or no time passed.
[[nodiscard]] double steal_share(const std::optional<CpuTicks>& before,
                                 const std::optional<CpuTicks>& after) noexcept;

}  // namespace grotto::load
