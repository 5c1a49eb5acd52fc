// Payload: the text of a line that grotto-load sends: it says which run and room it is of, who sent
// it, which one of the sender's it is and when it should have left and did leave, and carries a
// checksum over all of that and its filler.
//
// Grammar (all digits are of the alphabet A-Z a-z 0-9 - _, six bits each, most significant first):
//   text     = "~" tag sender sequence intended lag check filler
//   tag      = 3 digits       sender = 3 digits       sequence = 6 digits
//   intended = 8 digits       (nanoseconds of the run's clock)
//   lag      = 5 digits       (sent - intended: units of 64 ns; from 64 s on 2^30 - 2^26 and units
//                             of 2^20 ns, up to 19 hours)
//   check    = 5 digits       (30 bits of a hash over everything else)
//   filler   = any number of digits
// Threads: values and pure functions.
#pragma once

#include <cstdint>
#include <string_view>

namespace grotto::load {

struct Payload {
  std::uint32_t tag = 0;          // 18 bits: of the run and the room
  std::uint32_t sender = 0;       // 18 bits
  std::uint64_t sequence = 0;     // 36 bits: the sender's first line is 0
  std::uint64_t intended_ns = 0;  // 48 bits
  std::uint64_t sent_ns = 0;  // not before intended_ns; read within 64 ns, or 2^20 ns from 64 s on

  friend bool operator==(const Payload&, const Payload&) = default;
};

/// What a text begins with, and nothing else of it is.
constexpr char kPayloadMark = '~';
constexpr std::uint32_t kTagMask = 0x3'FFFF;
constexpr std::uint32_t kSenderMask = 0x3'FFFF;

/// Bytes of the shortest text.
constexpr std::size_t kPayloadBytesMin = 31;

/// Writes a text of exactly `size` bytes to `out`. REQUIRES: size >= kPayloadBytesMin.
void write_payload(const Payload& payload, char* out, std::size_t size) noexcept;

enum class PayloadState {
  whole,
  corrupted,  // it looks like one of ours or a piece of one, but is not what was sent
  alien,      // it is none of ours
};

/// Reads `text`, all of which must be the payload. `payload` is filled in if it is whole.
PayloadState read_payload(std::string_view text, Payload& payload) noexcept;

}  // namespace grotto::load
