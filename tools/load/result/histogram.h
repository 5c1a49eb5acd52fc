// Histogram: how often each duration occurred, at three significant digits, in the manner of HDR
// histograms.
//
// The idea: a value below 2,048 has a bucket of its own; above, each doubling of the value is split
// into 1,024 equal buckets, so that a bucket is never wider than 1/1,024 of its values, and the
// middle of it is off by 1/2,048 (0.05 %) at most. Values above kHighest are counted as overflow(),
// never silently. Memory: 8 bytes per bucket, 270 KiB, allocated at construction. Threads: owned by
// one; merge() after the others are done.
#pragma once

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <vector>

namespace grotto::load {

class Histogram {
 public:
  /// One hour in nanoseconds.
  static constexpr std::uint64_t kHighest = 3'600'000'000'000;

  Histogram();

  /// Counts `value` (nanoseconds) `times` times. O(1), no allocation.
  void record(std::uint64_t value, std::uint64_t times = 1) noexcept;
  /// Afterwards this is what one histogram of both's values would be.
  void merge(const Histogram& other) noexcept;
  void clear() noexcept;

  /// How many values, those in overflow() included.
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  /// How many were above kHighest. They count as kHighest in percentile() and mean().
  [[nodiscard]] std::uint64_t overflow() const noexcept { return overflow_; }
  /// Exact; 0 if there are none.
  [[nodiscard]] std::uint64_t max() const noexcept { return max_; }
  [[nodiscard]] std::uint64_t min() const noexcept { return count_ == 0 ? 0 : min_; }
  [[nodiscard]] double mean() const noexcept;
  /// The least value such that `percent` of a hundred of all values are not above it (nearest
  /// rank), within 0.1 %; never above max(). 0 if there are none.
  [[nodiscard]] std::uint64_t percentile(double percent) const noexcept;

  struct Bucket {
    std::uint64_t value;  // the middle of it
    std::uint64_t times;
  };
  /// The buckets that are not empty, lowest first.
  [[nodiscard]] std::vector<Bucket> buckets() const;

  /// The percentile distribution as HdrHistogram's tools write and plot it (".hgrm"): value,
  /// percentile, count, 1/(1-percentile); values in microseconds.
  void write_hgrm(std::ostream& out) const;

 private:
  std::vector<std::uint64_t> counts_;
  std::uint64_t count_ = 0;
  std::uint64_t overflow_ = 0;
  std::uint64_t max_ = 0;
  std::uint64_t min_ = ~std::uint64_t{0};
  double sum_ = 0;
};

}  // namespace grotto::load
