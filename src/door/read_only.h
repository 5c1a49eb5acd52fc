// What is only read takes GET and HEAD; who asks otherwise is told so (RFC 9110 section 15.5.6).
// Threads: no state; any.
#pragma once

#include "web/request.h"
#include "web/response.h"

namespace grotto {

inline constexpr HttpFault kBadMethod{405, "bad-method", "That is not done with this method."};

[[nodiscard]] inline bool is_read_only(const Request& request) noexcept {
  return request.method == Request::Method::get || request.method == Request::Method::head;
}

[[nodiscard]] inline Response bad_method() {
  Response made = error_response(kBadMethod);
  made.fields.emplace_back("Allow", "GET, HEAD");
  return made;
}

}  // namespace grotto
