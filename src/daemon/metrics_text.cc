#include "daemon/metrics_text.h"

#include <fmt/format.h>

#include <iterator>

namespace grotto {

namespace {

void append_label_value(std::string_view value, std::string& out) {
  for (const char c : value) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || c == '"') out += '\\';
    out += c;
  }
}

}  // namespace

void Durations::add(const DurationHistogram& histogram) noexcept {
  for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
    buckets_[bucket] += histogram.in_bucket(bucket);
  }
  sum_ns_ += histogram.sum_ns();
}

void MetricsText::begin(std::string_view name, Type type, std::string_view help) {
  constexpr std::array<std::string_view, 3> kTypes{"counter", "gauge", "histogram"};
  family_ = name;
  fmt::format_to(std::back_inserter(text_), "# HELP {0} {1}\n# TYPE {0} {2}\n", name, help,
                 kTypes[static_cast<std::size_t>(type)]);
}

void MetricsText::put_name(std::string_view suffix, Labels labels) {
  text_.append(family_).append(suffix);
  char before = '{';
  for (const Label& label : labels) {
    text_ += before;
    text_.append(label.name).append("=\"");
    append_label_value(label.value, text_);
    text_ += '"';
    before = ',';
  }
  text_ += labels.size() == 0 ? " " : "} ";
}

void MetricsText::put(Labels labels, std::uint64_t value) {
  put_name({}, labels);
  fmt::format_to(std::back_inserter(text_), "{}\n", value);
}

void MetricsText::put(Labels labels, std::int64_t value) {
  put_name({}, labels);
  fmt::format_to(std::back_inserter(text_), "{}\n", value);
}

void MetricsText::put(Labels labels, double value) {
  put_name({}, labels);
  fmt::format_to(std::back_inserter(text_), "{}\n", value);
}

void MetricsText::counter(std::string_view name, std::string_view help, std::uint64_t value) {
  begin(name, Type::counter, help);
  put({}, value);
}

void MetricsText::counter_of_seconds(std::string_view name, std::string_view help, double value) {
  begin(name, Type::counter, help);
  put({}, value);
}

void MetricsText::gauge(std::string_view name, std::string_view help, std::int64_t value) {
  begin(name, Type::gauge, help);
  put({}, value);
}

/// Buckets count what is in those before them, too.
void MetricsText::histogram(std::string_view name, std::string_view help,
                            const Durations& durations) {
  begin(name, Type::histogram, help);
  std::uint64_t count = 0;
  for (std::size_t bucket = 0; bucket <= DurationHistogram::kBoundsUs.size(); ++bucket) {
    count += durations.in_bucket(bucket);
    const bool is_last = bucket == DurationHistogram::kBoundsUs.size();
    const std::string bound =
        is_last
            ? "+Inf"
            : fmt::format("{}", static_cast<double>(DurationHistogram::kBoundsUs[bucket]) / 1e6);
    put_name("_bucket", {{"le", bound}});
    fmt::format_to(std::back_inserter(text_), "{}\n", count);
  }
  put_name("_sum", {});
  fmt::format_to(std::back_inserter(text_), "{}\n", durations.sum_seconds());
  put_name("_count", {});
  fmt::format_to(std::back_inserter(text_), "{}\n", count);
}

}  // namespace grotto
