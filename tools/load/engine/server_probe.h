// ServerProbe: what the server's process uses, from outside: CPU time and resident memory. Linux
// only; elsewhere nothing is known. Threads: any.
#pragma once

#include <cstdint>
#include <optional>

namespace grotto::load {

class ServerProbe {
 public:
  /// `pid`: the server's process; nullopt: nothing is known.
  explicit ServerProbe(std::optional<int> pid) noexcept : pid_(pid) {}

  /// CPU time of all its threads so far, in microseconds (schedstat, to the nanosecond).
  [[nodiscard]] std::optional<double> cpu_us() const;
  /// Resident memory in bytes.
  [[nodiscard]] std::optional<std::uint64_t> resident_bytes() const;

 private:
  const std::optional<int> pid_;
};

}  // namespace grotto::load
