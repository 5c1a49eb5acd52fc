#include "load/result/report.h"

#include "load/result/tally_fields.h"

namespace grotto::load {

std::uint64_t Tally::errors() const noexcept {
  std::uint64_t sum = 0;
  for (const TallyField& field : kErrorFields) sum += this->*field.count;
  return sum;
}

Tally& Tally::operator+=(const Tally& other) noexcept {
  for (const TallyField& field : kTallyFields) this->*field.count += other.*field.count;
  return *this;
}

Tally Tally::since(const Tally& before) const noexcept {
  Tally less;
  for (const TallyField& field : kTallyFields) {
    const std::uint64_t now = this->*field.count;
    const std::uint64_t then = before.*field.count;
    less.*field.count = now > then ? now - then : 0;
  }
  return less;
}

}  // namespace grotto::load
