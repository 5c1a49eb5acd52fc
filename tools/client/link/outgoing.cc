#include "client/link/outgoing.h"

#include <algorithm>

#include "base/check.h"

namespace grotto::client {

bool Outgoing::append(std::string_view bytes) {
  if (size() + bytes.size() > kBytesMax) return false;
  if (sent_ > bytes_.size() / 2) {
    bytes_.erase(0, sent_);
    sent_ = 0;
  }
  bytes_ += bytes;
  if (size() >= kLow) is_high_ = true;
  return true;
}

void Outgoing::clear() noexcept {
  bytes_.clear();
  sent_ = 0;
  is_high_ = false;
}

std::size_t Outgoing::gather(std::span<Slice> slices, std::size_t bytes_max) {
  slices[0] = {bytes_.data() + sent_, std::min(size(), bytes_max)};
  return 1;
}

std::string_view Outgoing::advance(std::size_t bytes) {
  GROTTO_CHECK(bytes <= size());
  sent_ += bytes;
  if (sent_ == bytes_.size()) {
    bytes_.clear();
    sent_ = 0;
  }
  if (is_high_ && size() < kLow) {
    is_high_ = false;
    if (on_low_) on_low_();
  }
  return {};
}

}  // namespace grotto::client
