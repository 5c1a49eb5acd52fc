#include "load/check/payload.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <string>

namespace grotto::load {

namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t kCheckAt = 26;
constexpr std::size_t kCheckDigits = 5;
constexpr std::uint64_t kCheckMask = (std::uint64_t{1} << (6 * kCheckDigits)) - 1;

/// Two digits at a time.
constexpr auto kPairs = [] {
  std::array<char, 2 * 4096> pairs{};
  for (std::size_t i = 0; i < 4096; ++i) {
    pairs[2 * i] = kAlphabet[i >> 6U];
    pairs[2 * i + 1] = kAlphabet[i & 63U];
  }
  return pairs;
}();

constexpr std::uint8_t kNoDigit = 0x80;  // no digit has this bit

// A lag of less than 64 s is in units of 64 ns. Numbers from kLongLag on are longer ones in units
// of 2^20 ns, so that a run may be behind its schedule for 19 hours.
constexpr std::uint64_t kLagUnitNs = 64;
constexpr std::uint64_t kLongLagUnitNs = std::uint64_t{1} << 20U;
constexpr std::uint64_t kLongLagMost = (std::uint64_t{1} << 26U) - 1;
constexpr std::uint64_t kLongLag = (std::uint64_t{1} << 30U) - 1 - kLongLagMost;

constexpr std::uint64_t encode_lag(std::uint64_t lag_ns) noexcept {
  const std::uint64_t units = lag_ns / kLagUnitNs;
  if (units < kLongLag) return units;
  return kLongLag + std::min(lag_ns / kLongLagUnitNs, kLongLagMost);
}

constexpr std::uint64_t decode_lag(std::uint64_t digits) noexcept {
  return digits < kLongLag ? digits * kLagUnitNs : (digits - kLongLag) * kLongLagUnitNs;
}

constexpr auto kValues = [] {
  std::array<std::uint8_t, 256> values{};
  for (auto& value : values) value = kNoDigit;
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}();

/// Filler is cut from here; it is longer than most lines, and they start at different places of it.
constexpr std::size_t kFillerBytes = 4096;
const auto kFiller = [] {
  std::array<char, kFillerBytes> filler{};
  std::uint32_t state = 1;
  for (char& byte : filler) {
    state = state * 1'664'525U + 1'013'904'223U;
    byte = kAlphabet[state >> 26U];
  }
  return filler;
}();

template <int digits>
char* put(char* at, std::uint64_t value) noexcept {
  int left = digits;
  if constexpr (digits % 2 == 1)
    *at++ = kAlphabet[(value >> static_cast<unsigned>(6 * --left)) & 63U];
  for (; left > 0; left -= 2, at += 2) {
    std::memcpy(at, &kPairs[2 * ((value >> static_cast<unsigned>(6 * left - 12)) & 4095U)], 2);
  }
  return at;
}

/// What is no digit shows in `bad`.
template <int digits>
std::uint64_t get(const char*& at, std::uint8_t& bad) noexcept {
  std::uint64_t value = 0;
  for (int i = 0; i < digits; ++i) {
    const std::uint8_t digit = kValues[static_cast<unsigned char>(*at++)];
    bad |= digit;
    value = value << 6U | digit;
  }
  return value;
}

std::uint64_t load8(const char* at) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

/// Multiply and fold, 8 bytes a step in two independent lanes: a changed bit changes about half of
/// the sum's.
std::uint64_t hash(std::uint64_t seed, const char* at, std::size_t size) noexcept {
  constexpr std::uint64_t kOdd1 = 0x9E37'79B9'7F4A'7C15;
  constexpr std::uint64_t kOdd2 = 0xD6E8'FEB8'6659'FD93;
  std::uint64_t one = seed ^ kOdd1;
  std::uint64_t two = (seed + size) * kOdd2;
  for (; size >= 16; at += 16, size -= 16) {
    one = std::rotl((one ^ load8(at)) * kOdd1, 29);
    two = std::rotl((two ^ load8(at + 8)) * kOdd2, 31);
  }
  std::array<char, 16> rest{};
  std::memcpy(rest.data(), at, size);
  one = (one ^ load8(rest.data())) * kOdd1;
  two = (two ^ load8(rest.data() + 8)) * kOdd2;
  std::uint64_t sum = (one ^ (one >> 32U)) * kOdd2 + (two ^ (two >> 29U)) * kOdd1;
  sum ^= sum >> 32U;
  return sum * kOdd1;
}

/// Over all but the check's own digits.
std::uint64_t check_of(const char* text, std::size_t size) noexcept {
  const std::size_t after = kCheckAt + kCheckDigits;
  return hash(hash(0, text, kCheckAt), text + after, size - after) >> 34U & kCheckMask;
}

}  // namespace

void write_payload(const Payload& payload, char* out, std::size_t size) noexcept {
  out[0] = kPayloadMark;
  char* at = out + 1;
  at = put<3>(at, payload.tag);
  at = put<3>(at, payload.sender);
  at = put<6>(at, payload.sequence);
  at = put<8>(at, payload.intended_ns);
  const std::uint64_t lag =
      payload.sent_ns > payload.intended_ns ? payload.sent_ns - payload.intended_ns : 0;
  at = put<5>(at, encode_lag(lag)) + kCheckDigits;
  std::size_t left = size - kPayloadBytesMin;
  std::size_t from = (payload.sequence * 61 + payload.sender * 17) % (kFillerBytes / 2);
  while (left > 0) {
    const std::size_t piece = std::min(left, kFillerBytes - from);
    std::memcpy(at, &kFiller[from], piece);
    at += piece;
    left -= piece;
    from = 0;
  }
  put<kCheckDigits>(out + kCheckAt, check_of(out, size));
}

PayloadState read_payload(std::string_view text, Payload& payload) noexcept {
  if (text.size() >= kPayloadBytesMin && text[0] == kPayloadMark) {
    const char* at = text.data() + 1;
    std::uint8_t bad = 0;
    payload.tag = static_cast<std::uint32_t>(get<3>(at, bad));
    payload.sender = static_cast<std::uint32_t>(get<3>(at, bad));
    payload.sequence = get<6>(at, bad);
    payload.intended_ns = get<8>(at, bad);
    payload.sent_ns = payload.intended_ns + decode_lag(get<5>(at, bad));
    const std::uint64_t check = get<kCheckDigits>(at, bad);
    if ((bad & kNoDigit) == 0 && check == check_of(text.data(), text.size()))
      return PayloadState::whole;
  }
  // Any byte may be what was changed, the mark too: but for a few, a text of ours has our digits
  // only.
  constexpr std::size_t kPieceBytesMin = 8;
  std::size_t strange = 0;
  for (const char byte : text) {
    strange +=
        kValues[static_cast<unsigned char>(byte)] == kNoDigit && byte != kPayloadMark ? 1U : 0U;
  }
  return text.size() >= kPieceBytesMin && strange <= 2 ? PayloadState::corrupted
                                                       : PayloadState::alien;
}

}  // namespace grotto::load
