// System call list: what all threads of a server need, of its own code and of its libraries.
// Threads: constant; any.
#pragma once

#include <cstdint>
#include <span>

namespace grotto {

/// By name; one that the machine's architecture has not is passed over.
std::span<const char* const> allowed_system_calls() noexcept;

/// Calls that are allowed with certain values only.
struct LimitedCall {
  const char* name;
  unsigned argument;    // which one is looked at
  std::uint64_t mask;   // these bits of it
  std::uint64_t value;  // must be these
};
std::span<const LimitedCall> limited_system_calls() noexcept;

}  // namespace grotto
