// Doors: what a peer may speak at a listener, and the door for a new connection.
// Threads: DoorSet is a value; make_door() is called on the connection's worker.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "grotto/service.h"
#include "net/connection.h"

namespace grotto {

struct WebSite;

struct DoorSet {
  bool plain = true;              // lines without telnet commands
  bool telnet = true;             // IAC is parsed and answered
  bool tls = true;                // TLS, where there is a certificate; inside it the others
  bool tls_only = false;          // nothing but TLS
  bool proxy = true;              // a PROXY header, from trusted networks
  bool web = true;                // HTTP and WebSocket, where there is a site
  bool telnet_first = false;      // the server begins the negotiation, right after the greeting
  const WebSite* site = nullptr;  // what web shows; outlives the connections

  /// Words such as "plain" and "telnet"; "tls" without these two and "web" is TLS
  /// only, with all three inside.
  /// Errors: exit status 64, the sentence names the door that there is not.
  static Result<DoorSet> from(const std::vector<std::string>& words);
  /// What a listener of a service has by itself: all, but for one that wants bytes as they came.
  static DoorSet usual(bool wants_bytes) noexcept;
  friend bool operator==(const DoorSet&, const DoorSet&) = default;
};

/// What somebody who speaks lines reads at a listener without them.
[[nodiscard]] std::string_view sentence(const DoorSet& doors) noexcept;

/// `service` outlives the connection. `first_bytes`: what was read from it before.
std::unique_ptr<ConnectionHandler> make_door(Service& service, DoorSet doors,
                                             std::string first_bytes = {});

}  // namespace grotto
