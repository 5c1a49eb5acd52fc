// What a server checks of a head beyond its grammar: the request line, the Host and how long the
// body is (RFC 9112 sections 2.3, 3.2 and 6). Threads: pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "web/request.h"

namespace grotto {

/// "GET /x HTTP/1.1", cut.
struct RequestLine {
  std::string_view method;
  std::string_view target;
  unsigned minor_version = 1;  // 0, or 1 for all later ones
};

/// Three words with one blank between them, a method that is known, HTTP/1. Else `fault` is set.
[[nodiscard]] std::optional<RequestLine> judge_request_line(std::string_view line,
                                                            HttpFault& fault);

/// Sets path, query and, if the target names one (RFC 9112 section 3.2.2), the host. False: `fault`
/// is set.
[[nodiscard]] bool judge_target(std::string_view target, Request& request, HttpFault& fault);

/// Sets the host from the Host field, unless the target named one. REQUIRES: fields are set. False:
/// `fault` is set.
[[nodiscard]] bool judge_host(Request& request, HttpFault& fault);

/// How the body comes.
struct BodyLength {
  std::uint64_t bytes = 0;
  bool is_chunked = false;
};

/// None: `fault` is set. Two lengths, or a length and an encoding, are refused: this is how
/// requests are smuggled.
[[nodiscard]] std::optional<BodyLength> judge_body(const Request& request,
                                                   std::size_t body_bytes_max, HttpFault& fault);

/// Sets keeps_alive and expects_continue. False: `fault` is set.
[[nodiscard]] bool judge_wishes(Request& request, HttpFault& fault);

}  // namespace grotto
