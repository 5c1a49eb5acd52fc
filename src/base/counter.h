// Counter, Gauge and DurationHistogram: numbers that one thread changes and any thread may read.
//
// Relaxed loads and stores and no locked instruction: what they cost is that of a plain variable.
// A reader sees each number whole, and of several perhaps not the same moment. A counter runs for
// 2^64, which nobody lives to see.
// Threads: changed by their owner's thread alone; read by any.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace grotto {

/// Only grows.
class Counter {
 public:
  void add(std::uint64_t count = 1) noexcept {
    value_.store(value_.load(std::memory_order_relaxed) + count, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t value() const noexcept {
    return value_.load(std::memory_order_relaxed);
  }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// Goes up and down.
class Gauge {
 public:
  void up() noexcept { set(value() + 1); }
  void down() noexcept { set(value() - 1); }
  void set(std::int64_t value) noexcept { value_.store(value, std::memory_order_relaxed); }
  [[nodiscard]] std::int64_t value() const noexcept {
    return value_.load(std::memory_order_relaxed);
  }

 private:
  std::atomic<std::int64_t> value_{0};
};

/// How often something took how long, in steps of about 2.5 from a tenth of a millisecond to ten
/// seconds.
class DurationHistogram {
 public:
  /// The upper bounds in microseconds, inclusive; what took longer has a bucket of its own.
  static constexpr std::array<std::uint64_t, 16> kBoundsUs{
      100,    250,     500,     1'000,   2'500,     5'000,     10'000,    25'000,
      50'000, 100'000, 250'000, 500'000, 1'000'000, 2'500'000, 5'000'000, 10'000'000};

  void observe_ns(std::uint64_t took_ns) noexcept {
    std::size_t bucket = 0;
    while (bucket < kBoundsUs.size() && took_ns > kBoundsUs[bucket] * 1'000) ++bucket;
    buckets_[bucket].add();
    sum_ns_.add(took_ns);
  }

  /// How many were in that bucket alone, of kBoundsUs.size() + 1.
  [[nodiscard]] std::uint64_t in_bucket(std::size_t bucket) const noexcept {
    return buckets_[bucket].value();
  }
  [[nodiscard]] std::uint64_t sum_ns() const noexcept { return sum_ns_.value(); }

 private:
  std::array<Counter, kBoundsUs.size() + 1> buckets_;
  Counter sum_ns_;
};

}  // namespace grotto
