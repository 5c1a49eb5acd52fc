// First bytes: who is this? Told from what a peer sends first, without consuming it.
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <string_view>

namespace grotto {

enum class Hello : std::uint8_t {
  need_more,  // what came so far may still become one of those below
  plain,      // anything else: lines of text
  telnet,     // IAC (RFC 854)
  http,       // a known METHOD, a target and a version of HTTP (RFC 9112), RTSP or SIP
  tls,        // a handshake record (RFC 8446 section 5.1)
  ssh,        // "SSH-" (RFC 4253 section 4.2)
  proxy,      // PROXY protocol, v1 or v2
  binary,     // a control byte other than TAB, CR, LF, ESC
};

/// Judges the beginning of a peer's input, the same in whatever pieces it comes. Who has sent more
/// than `line_bytes_max` of what may be a request line speaks HTTP: the web door says 414.
[[nodiscard]] Hello classify_hello(std::string_view bytes, std::size_t line_bytes_max) noexcept;

/// Whether a line is the first of a request, also of one that a web server would refuse: of a
/// method that is not known, of HTTP/2 or RTSP, with more blanks than one.
[[nodiscard]] bool is_http_request_line(std::string_view line) noexcept;

/// Whether a line of which this is the beginning may become one: METHOD SP, or WORD SP "/".
[[nodiscard]] bool begins_like_http(std::string_view line) noexcept;

/// The one line that such a peer is told before it is closed. REQUIRES: not need_more, plain or
/// telnet.
[[nodiscard]] std::string_view sentence(Hello hello) noexcept;

}  // namespace grotto
