// Request: what a browser or a program asked for: one HTTP request, its head and its body, judged.
// Threads: a value; any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "web/authority.h"

namespace grotto {

/// Why a request was not taken: the status of the answer, a code that stays the same across
/// versions, and one sentence.
struct HttpFault {
  unsigned status = 400;
  std::string_view code = "bad-request";
  std::string_view sentence;
};

struct HttpField {
  std::string name;  // in lower case
  std::string value;
};

struct Request {
  enum class Method : std::uint8_t { get, head, post, other };

  Method method = Method::get;
  bool is_http_1_0 = false;
  bool keeps_alive = true;        // the peer wants to go on with this connection
  bool expects_continue = false;  // it waits for a word before it sends the body
  std::string method_name;
  std::string path;   // decoded, "/rooms/lobby"; empty for "*" and CONNECT
  std::string query;  // as it came, without the question mark
  Authority host;     // whom it was sent to
  std::vector<HttpField> fields;
  std::string body;

  /// The first field of this name (in lower case); none if there is none.
  [[nodiscard]] std::optional<std::string_view> field(std::string_view name) const noexcept;
  /// How many fields of this name (in lower case) there are.
  [[nodiscard]] std::size_t count(std::string_view name) const noexcept;
  /// Whether a word stands in the comma-separated list of any field of this name, in any case.
  [[nodiscard]] bool has_token(std::string_view name, std::string_view token) const noexcept;
};

/// `text` with its %XX decoded; none if one of them is broken, or what comes out is not UTF-8 or
/// holds a control character.
[[nodiscard]] std::optional<std::string> decode_percent(std::string_view text);

/// ASCII only, as field names are compared.
[[nodiscard]] std::string lower_case(std::string_view text);
[[nodiscard]] bool equals_in_any_case(std::string_view one, std::string_view other) noexcept;

}  // namespace grotto
