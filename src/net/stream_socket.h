// open_stream_socket(): a non-blocking, close-on-exec stream socket on every system. Threads: any.
#pragma once

namespace grotto {

/// `family`: AF_INET, AF_INET6 or AF_UNIX. The caller owns the descriptor; -1 with errno on
/// failure.
int open_stream_socket(int family) noexcept;

}  // namespace grotto
