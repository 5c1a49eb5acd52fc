// Attempts: how often somebody may be wrong about a password: a burst at once, then once in each
// pause.
//
// A key is whatever is counted: an address, an account. Threads: any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace grotto {

class StateReader;
class StateWriter;

class Attempts {
 public:
  /// So many keys are counted; beyond it those that have been quiet for longest are forgotten.
  static constexpr std::size_t kKeysMax = 10'000;

  Attempts(std::uint64_t burst, std::uint64_t pause_ms) noexcept
      : burst_(burst), pause_ms_(pause_ms) {}

  /// 0 if one more may be made, else in how many milliseconds. `now_ms`: of a clock that does not
  /// jump.
  [[nodiscard]] std::uint64_t wait_ms(std::string_view key, std::uint64_t now_ms) const;
  /// One was made, and was wrong. Many at once may go beyond the burst: the pause is then longer.
  void count(std::string_view key, std::uint64_t now_ms);

  /// For an upgrade: nobody gets new ones by it.
  void save(std::uint64_t now_ms, StateWriter& state) const;
  void restore(std::uint64_t now_ms, StateReader& state);

  [[nodiscard]] std::size_t keys() const;

 private:
  void forget_quiet(std::uint64_t now_ms);

  const std::uint64_t burst_;
  const std::uint64_t pause_ms_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::uint64_t> full_at_ms_;  // when all attempts are free again
};

}  // namespace grotto
