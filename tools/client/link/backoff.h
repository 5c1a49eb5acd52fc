// Backoff: how long to wait before a connection is tried again: from half a second, doubling to
// half a minute, each a quarter more or less by chance, so that all who lost a server do not come
// back in one moment. Threads: owned by one.
#pragma once

#include <algorithm>
#include <cstdint>
#include <random>

namespace grotto::client {

class Backoff {
 public:
  static constexpr std::uint64_t kFirstMs = 500;
  static constexpr std::uint64_t kLastMs = 30'000;

  explicit Backoff(std::uint32_t seed) : random_(seed) {}

  std::uint64_t next_ms() {
    const std::uint64_t middle = next_;
    next_ = std::min(2 * next_, kLastMs);
    std::uniform_int_distribution<std::uint64_t> spread(middle * 3 / 4, middle * 5 / 4);
    return std::min(spread(random_), kLastMs);
  }
  void reset() noexcept { next_ = kFirstMs; }

 private:
  std::minstd_rand random_;
  std::uint64_t next_ = kFirstMs;
};

}  // namespace grotto::client
