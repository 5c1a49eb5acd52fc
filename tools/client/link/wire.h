// What the client says of itself to a server that speaks JSON or plain lines, as lines.
// Threads: any.
#pragma once

#include <string_view>

namespace grotto::client {

inline constexpr std::string_view kAskForJson = "/format json\n";
/// A line of a server, without its end; a longer one is not shown.
inline constexpr std::size_t kServerLineBytesMax = 256 * 1024;

}  // namespace grotto::client
