// WebApi: what a service answers to programs over HTTP, beside the page and the WebSocket, which
// are the door's.
//
// Threads: a service's own worker. Exceptions end the connection that asked.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "grotto/session.h"

namespace grotto {

/// A whole request. Everything is valid for the call only.
struct ApiRequest {
  std::string_view method;  // "GET", "POST", …; HEAD comes as GET
  std::string_view path;    // percent-decoded, behind the page's own: "/rooms/lobby"
  std::string_view query;   // as it came, without "?"
  std::string_view body;
  std::string_view token;          // of `Authorization: Bearer`; empty: none
  std::string_view last_event_id;  // of an event source that comes back; empty: none
  std::string_view peer_host;      // as Session::peer_host()
};

/// Server-sent events that go on until either side ends them.
class ApiStream {
 public:
  /// The session is over.
  virtual ~ApiStream() = default;
  /// `session` has Framing::events and outlives the stream.
  virtual void start(Session& session) = 0;
};

struct ApiAnswer {
  unsigned status = 200;
  std::string body;          // a JSON object; empty with a stream
  std::string_view allow;    // of 405: "GET, POST"
  unsigned retry_after = 0;  // of 429 and 503, in seconds
  std::unique_ptr<ApiStream> stream;
};

class WebApi {
 public:
  virtual ~WebApi() = default;
  /// Nothing: no path of this service's.
  [[nodiscard]] virtual std::optional<ApiAnswer> answer(const ApiRequest& request) = 0;
};

}  // namespace grotto
