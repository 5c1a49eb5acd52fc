// Route: how the server is reached: its addresses, and TLS if that is asked for.
// Threads: a value.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "net/endpoint.h"

namespace grotto {
class TlsContext;
}

namespace grotto::client {

struct Route {
  std::vector<Endpoint> addresses;        // at least one, tried in this order
  std::shared_ptr<const TlsContext> tls;  // nullptr: without
  std::string host;                       // whom the server's certificate must name
};

}  // namespace grotto::client
