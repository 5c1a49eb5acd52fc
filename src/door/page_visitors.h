// PageVisitors: from where the page was opened a moment ago.
//
// Browsers open connections that they may need, and say nothing on them (Chrome keeps them for 10
// s). A greeting would be read as the answer to the request that comes later, and the page would
// not load. So who is silent is greeted later where a browser is. A table of fixed size: of two
// addresses that fall into one place the later stays.
// Threads: any.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "base/address.h"

namespace grotto {

class PageVisitors {
 public:
  using Clock = std::chrono::steady_clock;

  static constexpr std::uint32_t kRememberedMs = 15'000;
  /// How long a silent connection from there is awaited.
  static constexpr std::uint64_t kSpareMs = 11'000;

  void note(const Address& peer, Clock::time_point now = Clock::now()) noexcept {
    const std::uint32_t hash = hash_of(peer);
    place(hash).store(std::uint64_t{hash} << 32U | ms_of(now), std::memory_order_relaxed);
  }
  [[nodiscard]] bool has(const Address& peer, Clock::time_point now = Clock::now()) const noexcept {
    const std::uint32_t hash = hash_of(peer);
    const std::uint64_t found = places_[hash % kPlaces].load(std::memory_order_relaxed);
    const auto since_ms = ms_of(now) - static_cast<std::uint32_t>(found);
    return found != 0 && found >> 32U == hash && since_ms < kRememberedMs;
  }

 private:
  static constexpr std::size_t kPlaces = 1024;

  [[nodiscard]] static std::uint32_t ms_of(Clock::time_point now) noexcept {
    using std::chrono::milliseconds;
    const auto ms = std::chrono::duration_cast<milliseconds>(now.time_since_epoch()).count();
    return static_cast<std::uint32_t>(ms);
  }
  [[nodiscard]] static std::uint32_t hash_of(const Address& peer) noexcept {
    std::uint32_t hash = 2'166'136'261U;  // FNV-1a
    for (const std::uint8_t byte : peer.limit_key()) hash = (hash ^ byte) * 16'777'619U;
    return hash;
  }
  std::atomic<std::uint64_t>& place(std::uint32_t hash) noexcept { return places_[hash % kPlaces]; }

  std::array<std::atomic<std::uint64_t>, kPlaces> places_{};  // hash and time; 0: nobody
};

}  // namespace grotto
