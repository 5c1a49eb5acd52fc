// Framing: how the lines that a session reads are told apart.
#pragma once

#include <cstdint>

namespace grotto {

enum class Framing : std::uint8_t {
  lines,      // CR LF at the end: nc, telnet, programs
  websocket,  // a text message each (RFC 6455 section 5.6)
  events,     // a server-sent event each (WHATWG HTML section 9.2)
};

}  // namespace grotto
