// Response: what is answered to an HTTP request, and how it reads on the wire (RFC 9112).
//
// Every answer carries the headers that keep foreign pages out: no script but our own files, no
// frame around us, no guessing of types, no address told to others.
// Threads: a value and pure functions; any.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "web/request.h"

namespace grotto {

struct Response {
  unsigned status = 200;
  std::string_view media_type = "application/json";  // a literal; empty: no body
  std::string body;
  std::string_view shared_body;  // instead of `body`: bytes that outlive the connection
  std::vector<std::pair<std::string_view, std::string>> fields;  // beside those of every answer
  bool is_endless = false;  // the body comes later and ends with the connection
  bool closes = false;      // the connection ends after it
};

/// `{"type":"refusal","code":"not-found","text":"…"}` and a line end. A fault of the request's
/// framing closes the connection: where the next request would begin is not known.
[[nodiscard]] Response error_response(const HttpFault& fault);

/// How an answer goes out.
struct ResponseForm {
  bool is_head = false;      // of a HEAD request: the head alone
  bool is_http_1_0 = false;  // of the request
  bool keeps_alive = true;   // the connection goes on
  std::int64_t now_ms = 0;   // for Date; since 1970
};

/// Appends head and body.
void append_response(const Response& response, const ResponseForm& form, std::string& out);

/// Appends the answer that ends HTTP and begins WebSocket (RFC 6455 section 4.2.2).
void append_upgrade(std::string_view accept, std::string& out);

/// "Not Found"; empty for a status that this server does not use.
[[nodiscard]] std::string_view reason_phrase(unsigned status) noexcept;

/// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 section 5.6.7).
void append_http_date(std::int64_t at_ms, std::string& out);

}  // namespace grotto
