// open_socket(): a non-blocking, close-on-exec socket on every system. Threads: any.
#pragma once

namespace grotto {

/// `family`: AF_INET, AF_INET6 or AF_UNIX; `type`: SOCK_STREAM or SOCK_DGRAM. The caller owns the
/// descriptor; -1 with errno on failure.
int open_socket(int family, int type) noexcept;

}  // namespace grotto
