// MetricsText: the text that Prometheus reads, version 0.0.4
// (https://prometheus.io/docs/instrumenting/exposition_formats/).
//
// Families one after the other: begin(), then its samples. The caller keeps to the naming rules
// (https://prometheus.io/docs/practices/naming/); `promtool check metrics` looks after him.
// Threads: a value.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/counter.h"

namespace grotto {

/// Several histograms together.
class Durations {
 public:
  void add(const DurationHistogram& histogram) noexcept;
  [[nodiscard]] std::uint64_t in_bucket(std::size_t bucket) const noexcept {
    return buckets_[bucket];
  }
  [[nodiscard]] double sum_seconds() const noexcept { return static_cast<double>(sum_ns_) / 1e9; }

 private:
  std::array<std::uint64_t, DurationHistogram::kBoundsUs.size() + 1> buckets_{};
  std::uint64_t sum_ns_ = 0;
};

class MetricsText {
 public:
  enum class Type : std::uint8_t { counter, gauge, histogram };
  struct Label {
    std::string_view name;
    std::string_view value;
  };
  using Labels = std::initializer_list<Label>;

  /// `name`: letters, digits and `_`. `help`: one sentence.
  void begin(std::string_view name, Type type, std::string_view help);
  /// A sample of the family that was begun last.
  void put(Labels labels, std::uint64_t value);
  void put(Labels labels, std::int64_t value);
  void put(Labels labels, double value);

  // Families of one sample.
  void counter(std::string_view name, std::string_view help, std::uint64_t value);
  void counter_of_seconds(std::string_view name, std::string_view help, double value);
  void gauge(std::string_view name, std::string_view help, std::int64_t value);
  void histogram(std::string_view name, std::string_view help, const Durations& durations);

  [[nodiscard]] std::string take() noexcept { return std::move(text_); }

 private:
  void put_name(std::string_view suffix, Labels labels);

  std::string text_;
  std::string family_;
};

}  // namespace grotto
