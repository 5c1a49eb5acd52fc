// Frames: a line of text as it goes out in each framing. What a server sends to a browser is never
// masked (RFC 6455 section 5.1), so one frame serves all.
// Threads: pure functions.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "grotto/framing.h"

namespace grotto {

/// The longest header of a WebSocket frame without a mask, in bytes.
inline constexpr std::size_t kFrameHeaderBytesMax = 10;

/// The header of an unmasked frame (RFC 6455 section 5.2): 2, 4 or 10 bytes.
class FrameHeader {
 public:
  /// `is_final`: the message ends with this frame. REQUIRES: `opcode` < 16.
  FrameHeader(unsigned opcode, bool is_final, std::uint64_t payload_bytes) noexcept;
  [[nodiscard]] std::string_view bytes() const noexcept { return {bytes_.data(), size_}; }

 private:
  std::array<char, kFrameHeaderBytesMax> bytes_{};
  std::uint8_t size_ = 2;
};

/// What `out` holds from `start` on becomes a line. `id`: of an event, for Last-Event-ID.
/// REQUIRES: it has no line end.
void end_frame(Framing framing, std::string& out, std::size_t start,
               std::optional<std::uint64_t> id = std::nullopt);

/// Appends `text` as a line.
void append_frame(Framing framing, std::string_view text, std::string& out);

}  // namespace grotto
