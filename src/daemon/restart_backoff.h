// RestartBackoff: how long to wait before a program that has ended is started again.
//
// Doubles from end to end; a program that lived long enough begins anew.
// Threads: owned by one; knows no clock.
#pragma once

#include <cstdint>

namespace grotto {

class RestartBackoff {
 public:
  struct Rule {
    std::uint64_t first_ms = 1'000;
    std::uint64_t most_ms = 60'000;
    std::uint64_t lived_ms = 60'000;  // so long a life is no failure
  };

  explicit RestartBackoff(const Rule& rule) noexcept : rule_(rule), next_ms_(rule.first_ms) {}

  /// The wait after a life of `lived_ms`, which has just ended.
  [[nodiscard]] std::uint64_t on_end(std::uint64_t lived_ms) noexcept;

 private:
  const Rule rule_;
  std::uint64_t next_ms_;
};

}  // namespace grotto
