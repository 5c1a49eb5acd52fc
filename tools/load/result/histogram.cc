#include "load/result/histogram.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

namespace grotto::load {

namespace {

constexpr unsigned kHalfBits = 10;
constexpr std::uint64_t kHalf = std::uint64_t{1} << kHalfBits;  // buckets per doubling
constexpr std::uint64_t kWhole = 2 * kHalf;                     // values with a bucket of their own

// Bucket of `value`: below kWhole the value; above, the doubling counts kHalf each.
constexpr std::size_t index_of(std::uint64_t value) noexcept {
  if (value < kWhole) return value;
  const auto shift = static_cast<unsigned>(std::bit_width(value)) - (kHalfBits + 1);
  return shift * kHalf + (value >> shift);
}

constexpr std::uint64_t middle_of(std::size_t index) noexcept {
  if (index < kWhole) return index;
  const std::size_t shift = index / kHalf - 1;
  const std::uint64_t lowest = (index - shift * kHalf) << shift;
  return lowest + (std::uint64_t{1} << (shift - 1));
}

constexpr std::size_t kBuckets = index_of(Histogram::kHighest) + 1;

}  // namespace

Histogram::Histogram() : counts_(kBuckets) {}

void Histogram::record(std::uint64_t value, std::uint64_t times) noexcept {
  if (times == 0) return;
  max_ = std::max(max_, value);
  min_ = std::min(min_, value);
  if (value > kHighest) {
    overflow_ += times;
    value = kHighest;
  }
  counts_[index_of(value)] += times;
  count_ += times;
  sum_ += static_cast<double>(value) * static_cast<double>(times);
}

void Histogram::merge(const Histogram& other) noexcept {
  for (std::size_t i = 0; i < kBuckets; ++i) counts_[i] += other.counts_[i];
  count_ += other.count_;
  overflow_ += other.overflow_;
  max_ = std::max(max_, other.max_);
  min_ = std::min(min_, other.min_);
  sum_ += other.sum_;
}

void Histogram::clear() noexcept {
  std::fill(counts_.begin(), counts_.end(), 0);
  count_ = overflow_ = max_ = 0;
  min_ = ~std::uint64_t{0};
  sum_ = 0;
}

double Histogram::mean() const noexcept {
  return count_ == 0 ? 0 : sum_ / static_cast<double>(count_);
}

std::uint64_t Histogram::percentile(double percent) const noexcept {
  if (count_ == 0) return 0;
  const double share = std::clamp(percent, 0.0, 100.0) / 100 * static_cast<double>(count_);
  const auto rank = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(share)));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    seen += counts_[i];
    if (seen >= rank) return std::clamp(middle_of(i), min_, max_);
  }
  return max_;
}

std::vector<Histogram::Bucket> Histogram::buckets() const {
  std::vector<Bucket> filled;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    if (counts_[i] != 0) filled.push_back({middle_of(i), counts_[i]});
  }
  return filled;
}

void Histogram::write_hgrm(std::ostream& out) const {
  const auto us = [](double ns) { return ns / 1000; };
  out << "       Value     Percentile TotalCount 1/(1-Percentile)\n\n";
  std::uint64_t seen = 0;
  for (const Bucket& bucket : buckets()) {
    seen += bucket.times;
    const double share = static_cast<double>(seen) / static_cast<double>(count_);
    const double value = us(static_cast<double>(std::clamp(bucket.value, min_, max_)));
    if (seen < count_) {
      out << fmt::format("{:12.3f} {:2.12f} {:10d} {:14.2f}\n", value, share, seen,
                         1 / (1 - share));
    } else {
      out << fmt::format("{:12.3f} {:2.12f} {:10d}\n", value, share, seen);
    }
  }
  double square = 0;
  for (const Bucket& bucket : buckets()) {
    const double off = static_cast<double>(bucket.value) - mean();
    square += off * off * static_cast<double>(bucket.times);
  }
  const double deviation = count_ == 0 ? 0 : std::sqrt(square / static_cast<double>(count_));
  out << fmt::format("#[Mean    = {:12.3f}, StdDeviation   = {:12.3f}]\n", us(mean()),
                     us(deviation));
  out << fmt::format("#[Max     = {:12.3f}, Total count    = {:12d}]\n",
                     us(static_cast<double>(max())), count_);
  out << fmt::format("#[Buckets = {:12d}, SubBuckets     = {:12d}]\n", kBuckets / kHalf, kWhole);
}

}  // namespace grotto::load
