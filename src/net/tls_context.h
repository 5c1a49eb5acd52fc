// TlsContext: with which certificates and rules TLS is spoken; what all streams of one side share.
//
// TLS 1.2 and 1.3 (RFC 5246, RFC 8446) with forward secrecy and AEAD ciphers only, no
// renegotiation, no compression; a server gives session tickets, and takes "http/1.1" where ALPN
// (RFC 7301) is offered. Threads: made on one, then constant and shared by all. A stream keeps its
// context alive.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

struct ssl_ctx_st;

namespace grotto {

/// A certificate and its key, both PEM: the server's own certificate first, then those above it.
struct TlsPair {
  std::string certificate_file;
  std::string key_file;
};

struct TlsServerRules {
  std::vector<TlsPair> pairs;  // a peer that names a host (SNI) gets the first one that is for it;
                               // the very first is for everybody else
  std::string client_ca_file;  // peers may show certificates that these have signed; empty: none
};

struct TlsClientRules {
  std::string ca_file;         // empty: those that the system trusts
  bool trusts_anyone = false;  // the server's certificate is not looked at
};

class TlsContext final {
 public:
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;
  ~TlsContext();

  /// Errors: a sentence that names the file, exit status 78. REQUIRES: at least one pair.
  static Result<std::shared_ptr<const TlsContext>> for_server(const TlsServerRules& rules);
  static Result<std::shared_ptr<const TlsContext>> for_client(const TlsClientRules& rules);
  /// Whether this program was built with TLS. Without it the two above are errors that say so.
  [[nodiscard]] static bool is_built_in() noexcept;

  [[nodiscard]] bool is_server() const noexcept { return is_server_; }
  [[nodiscard]] bool trusts_anyone() const noexcept { return trusts_anyone_; }
  /// For TlsStream: the first pair's, or the client's.
  [[nodiscard]] ssl_ctx_st* main() const noexcept { return contexts_.front(); }
  /// The one whose certificate is for `host`; nullptr: none is.
  [[nodiscard]] ssl_ctx_st* find(const char* host) const noexcept;

 private:
  TlsContext() = default;

  std::vector<ssl_ctx_st*> contexts_;  // one for each pair
  bool is_server_ = false;
  bool trusts_anyone_ = false;
};

/// The SHA-256 of the first certificate in a PEM file, as "AB:CD:…". Errors: as for_server().
Result<std::string> certificate_fingerprint(const std::string& certificate_file);

/// Whether the first certificate in a PEM file is valid for so long from now; false if there is
/// none.
[[nodiscard]] bool is_certificate_good_for(const std::string& certificate_file,
                                           std::int64_t seconds);

/// Writes a new P-256 key (mode 0600) and a certificate for `hosts` (names and addresses, the first
/// is its subject) that it has signed itself, valid for 397 days, to the files of `pair`, which
/// are replaced. Errors: the file that cannot be written, exit status 73.
Result<Done> make_self_signed(const TlsPair& pair, const std::vector<std::string>& hosts);

}  // namespace grotto
