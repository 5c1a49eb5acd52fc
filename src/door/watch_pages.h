// WatchPages: what a listener tells those who watch the server: /healthz and /metrics.
//
// /healthz is for everybody, since it tells nothing that a connection would not, and the page goes
// by it. /metrics tells how much goes on here: for those of whom the listener says so.
// Threads: constant while it is listened; any.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "web/response.h"

namespace grotto {

struct WatchPages {
  /// The text of /metrics, from any thread; empty: there is no such page here.
  std::function<std::string()> metrics;
  std::vector<Network> readers;  // who may read it; what a proxy passes on is nobody's
  bool is_all = false;           // nothing else is here, and who reaches it may read everything
};

/// Nothing: `path` is none of these pages. `service`: a word for /healthz; empty: not told.
[[nodiscard]] std::optional<Response> watch_response(const WatchPages& pages,
                                                     const std::string& service,
                                                     const Request& request, std::string_view path,
                                                     const Address& peer);

}  // namespace grotto
