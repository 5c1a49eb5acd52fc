// Why a connection ended. A peer's fault or end is a value of this kind, never an error.
#pragma once

#include <cstdint>
#include <string_view>

namespace grotto {

enum class CloseReason : std::uint8_t {
  none,             // still open
  peer_closed,      // the peer ended its input and everything due to it was sent
  peer_reset,       // ECONNRESET, EPIPE and their kin
  peer_vanished,    // unacknowledged data and no sign of life (TCP_INFO), or keep-alive ran out
  quit,             // the peer asked to leave (a quit word, /quit, 0x04 in character mode)
  idle_timeout,     // nothing was read for the idle limit
  hello_timeout,    // no name was given in time
  slow_reader,      // private output made no progress, or `--slow drop` and lapped
  bad_hello,        // HTTP, TLS, SSH or binary on a port that does not speak it
  protocol_error,   // what it sent is not HTTP or WebSocket as it should be
  tls_failed,       // the TLS handshake failed, or what came in was no TLS any more
  tls_timeout,      // the TLS handshake was not over in time
  tls_truncated,    // the input ended without TLS's own end: perhaps cut by somebody between
  server_full,      // the limit of clients (in all, per address, or waiting) is reached
  refused,          // the address is not allowed, or tried too many passwords
  replaced,         // the same person logged in by another connection
  kicked,           // an operator sent him away
  banned,           // his address or the name that he took
  service_ended,    // the service said all it had to say
  server_stopping,  // SIGTERM or SIGINT
  server_upgraded,  // another process goes on, and this connection could not be handed to it
  out_of_memory,    // an allocation failed while this connection was served
  internal_error,   // an exception reached the dispatch: a bug, but one connection's only
};

/// A word for logs and counters, stable across versions: "peer_closed", "quit", …
std::string_view to_string(CloseReason reason) noexcept;

}  // namespace grotto
