#include "line/frame.h"

#include <fmt/format.h>

namespace grotto {

namespace {

constexpr unsigned kFinal = 0x80;
constexpr unsigned kText = 0x1;
constexpr std::uint64_t kShortMax = 125;
constexpr std::uint64_t kMediumMax = 0xFFFF;

}  // namespace

FrameHeader::FrameHeader(unsigned opcode, bool is_final, std::uint64_t payload_bytes) noexcept {
  bytes_[0] = static_cast<char>(is_final ? kFinal | opcode : opcode);
  if (payload_bytes <= kShortMax) {
    bytes_[1] = static_cast<char>(payload_bytes);
    return;
  }
  const std::size_t length_bytes = payload_bytes <= kMediumMax ? 2 : 8;
  bytes_[1] = length_bytes == 2 ? 126 : 127;
  for (std::size_t i = 0; i != length_bytes; ++i) {
    bytes_[2 + i] = static_cast<char>((payload_bytes >> (8 * (length_bytes - 1 - i))) & 0xFFU);
  }
  size_ = static_cast<std::uint8_t>(2 + length_bytes);
}

void end_frame(Framing framing, std::string& out, std::size_t start,
               std::optional<std::uint64_t> id) {
  switch (framing) {
    case Framing::lines: out += "\r\n"; return;
    case Framing::websocket: {
      out.insert(start, FrameHeader(kText, true, out.size() - start).bytes());
      return;
    }
    case Framing::events:
      out.insert(start, id ? fmt::format("id: {}\ndata: ", *id) : std::string("data: "));
      out += "\n\n";
      return;
  }
}

void append_frame(Framing framing, std::string_view text, std::string& out) {
  const std::size_t start = out.size();
  out += text;
  end_frame(framing, out, start);
}

}  // namespace grotto
