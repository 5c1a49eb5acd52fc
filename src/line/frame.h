// Frames: a line of text as it goes out in each framing. What a server sends to a browser is never
// masked (RFC 6455 section 5.1), so one frame serves all.
// Threads: pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "grotto/framing.h"

namespace grotto {

/// The longest header of a server's WebSocket frame, in bytes.
inline constexpr std::size_t kFrameHeaderBytesMax = 10;

/// Appends the header of a final, unmasked frame (RFC 6455 section 5.2).
/// REQUIRES: `opcode` < 16.
void append_frame_header(unsigned opcode, std::uint64_t payload_bytes, std::string& out);

/// What `out` holds from `start` on becomes a line. `id`: of an event, for Last-Event-ID.
/// REQUIRES: it has no line end.
void end_frame(Framing framing, std::string& out, std::size_t start,
               std::optional<std::uint64_t> id = std::nullopt);

/// Appends `text` as a line.
void append_frame(Framing framing, std::string_view text, std::string& out);

}  // namespace grotto
