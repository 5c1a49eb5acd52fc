#include "load/result/report.h"

namespace grotto::load {

Tally& Tally::operator+=(const Tally& other) noexcept {
  sent += other.sent;
  expected += other.expected;
  received += other.received;
  lost += other.lost;
  duplicated += other.duplicated;
  reordered += other.reordered;
  corrupted += other.corrupted;
  foreign += other.foreign;
  closed += other.closed;
  timed_out += other.timed_out;
  skipped += other.skipped;
  bytes_sent += other.bytes_sent;
  bytes_received += other.bytes_received;
  return *this;
}

}  // namespace grotto::load
