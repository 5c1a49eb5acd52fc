// HostRules: by which names this server may be asked, and which pages may speak through a browser.
//
// A page of another site can make a browser send requests here, with that site as the Origin; and
// its own name can be made to point here afterwards (DNS rebinding), with that name as the Host.
// The first is refused by comparing Origin and Host, the second by this list: a name is taken only
// if it is known. An IP address cannot be rebound, nor can localhost.
// Threads: constant after construction; any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "web/authority.h"

namespace grotto {

class HostRules {
 public:
  /// `names`: those of --web-host, `chat.example.org` (any port) or `chat.example.org:8443`.
  /// `listen_host`: the host of the listener's endpoint ("127.0.0.1", "::", "chat.lan"); empty for
  /// a Unix socket. Errors: exit status 64, the sentence quotes the name.
  static Result<HostRules> create(const std::vector<std::string>& names,
                                  std::string_view listen_host);

  /// Known are: the names that were given, what is loopback, and the address that is listened at;
  /// any IP address if that is all addresses (0.0.0.0, [::]).
  [[nodiscard]] bool knows(const Authority& host) const noexcept;

  /// Whether a page from `origin` (the field's value) may speak to this server, which was asked by
  /// `host`: a page of the same host and port, or of a name that was given. REQUIRES: knows(host).
  [[nodiscard]] bool lets_speak(std::string_view origin, const Authority& host) const;

 private:
  [[nodiscard]] bool is_given(const Authority& host) const noexcept;

  std::vector<Authority> names_;
  Authority listen_;
  bool is_listening_at_all_ = false;
};

}  // namespace grotto
