#include "line/frame.h"

#include <fmt/format.h>

namespace grotto {

namespace {

constexpr unsigned kFinal = 0x80;
constexpr unsigned kText = 0x1;
constexpr std::uint64_t kShortMax = 125;
constexpr std::uint64_t kMediumMax = 0xFFFF;

void append_number(std::uint64_t number, unsigned bytes, std::string& out) {
  for (unsigned left = bytes; left != 0; --left) {
    out += static_cast<char>((number >> (8U * (left - 1))) & 0xFFU);
  }
}

}  // namespace

void append_frame_header(unsigned opcode, std::uint64_t payload_bytes, std::string& out) {
  out += static_cast<char>(kFinal | opcode);
  if (payload_bytes <= kShortMax) return append_number(payload_bytes, 1, out);
  const bool is_medium = payload_bytes <= kMediumMax;
  out += static_cast<char>(is_medium ? 126 : 127);
  append_number(payload_bytes, is_medium ? 2 : 8, out);
}

void end_frame(Framing framing, std::string& out, std::size_t start,
               std::optional<std::uint64_t> id) {
  switch (framing) {
    case Framing::lines: out += "\r\n"; return;
    case Framing::websocket: {
      std::string header;  // fits into the string itself
      append_frame_header(kText, out.size() - start, header);
      out.insert(start, header);
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
