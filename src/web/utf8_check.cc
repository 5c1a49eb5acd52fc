#include "web/utf8_check.h"

#include <cstddef>
#include <cstring>

namespace grotto {

namespace {
constexpr std::uint64_t kHighBits = 0x8080808080808080U;
}  // namespace

bool Utf8Check::take(std::string_view bytes) noexcept {
  std::size_t at = 0;
  while (at != bytes.size()) {
    if (missing_ == 0 && bytes.size() - at >= sizeof(std::uint64_t)) {  // ASCII, mostly
      std::uint64_t eight = 0;
      std::memcpy(&eight, bytes.data() + at, sizeof eight);
      if ((eight & kHighBits) == 0) {
        at += sizeof eight;
        continue;
      }
    }
    const auto byte = static_cast<std::uint8_t>(bytes[at++]);
    if (missing_ == 0) {
      if (!take_lead(byte)) return false;
      continue;
    }
    if (byte < low_ || byte > high_) return false;
    low_ = 0x80;
    high_ = 0xBF;
    --missing_;
  }
  return true;
}

// RFC 3629 section 4:
//   UTF8-2 = C2-DF tail
//   UTF8-3 = E0 A0-BF tail / E1-EC 2tail / ED 80-9F tail / EE-EF 2tail
//   UTF8-4 = F0 90-BF 2tail / F1-F3 3tail / F4 80-8F 2tail
bool Utf8Check::take_lead(std::uint8_t byte) noexcept {
  if (byte < 0x80) return true;
  if (byte < 0xC2 || byte > 0xF4) return false;
  if (byte < 0xE0) {
    missing_ = 1;
    return true;
  }
  missing_ = byte < 0xF0 ? 2 : 3;
  if (byte == 0xE0) low_ = 0xA0;
  if (byte == 0xED) high_ = 0x9F;
  if (byte == 0xF0) low_ = 0x90;
  if (byte == 0xF4) high_ = 0x8F;
  return true;
}

}  // namespace grotto
