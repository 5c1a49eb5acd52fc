// ProcessFacts: what the system says of this process.
// Threads: any.
#pragma once

#include <cstdint>

namespace grotto {

struct ProcessFacts {
  double cpu_seconds = 0;
  std::int64_t resident_bytes = 0;  // 0: not known here
  std::int64_t descriptors_max = 0;
};

[[nodiscard]] ProcessFacts process_facts() noexcept;

}  // namespace grotto
