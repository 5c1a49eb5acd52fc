// Endpoint: where to listen: "HOST:PORT", "[V6]:PORT" or "unix:PATH", as text and as a sockaddr.
// Threads: a value. resolve() may block on a name; call it at set-up only.
#pragma once

#include <sys/socket.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace grotto {

class Endpoint {
 public:
  /// `socket_type`: SOCK_STREAM or SOCK_DGRAM. A name stands for its first address. Errors: exit
  /// status 64 for a text that is none, 69 for a name that does not resolve.
  static Result<Endpoint> resolve(std::string_view text, int socket_type);
  /// Where to connect: all addresses of a name, in the order of trying (RFC 6724); at least one.
  /// Errors: as resolve().
  static Result<std::vector<Endpoint>> resolve_all(std::string_view text, int socket_type);
  /// What the socket is bound to, by getsockname(2).
  static Endpoint bound_to(int fd);

  [[nodiscard]] bool is_unix() const noexcept { return family() == AF_UNIX; }
  [[nodiscard]] int family() const noexcept { return storage_.ss_family; }
  /// REQUIRES: is_unix().
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] const sockaddr* address() const noexcept {
    return reinterpret_cast<const sockaddr*>(&storage_);
  }
  [[nodiscard]] socklen_t address_size() const noexcept { return size_; }
  [[nodiscard]] std::string to_string() const;

 private:
  static Result<Endpoint> of_path(std::string_view text);
  static Result<std::vector<Endpoint>> look_up(std::string_view text, int socket_type, int flags,
                                               std::string_view purpose);

  sockaddr_storage storage_{};
  socklen_t size_ = 0;
  std::string path_;
};

}  // namespace grotto
