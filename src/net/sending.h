// How the bytes of a connection are handed to the kernel. Threads: constants.
#pragma once

#include <sys/socket.h>

#include <cstddef>

namespace grotto {

/// What one connection sends before the next one's turn.
constexpr std::size_t kTurnBytes = 256 * 1024;
/// What one call of sendmsg(2) takes at most.
constexpr std::size_t kSlicesMax = 64;

#ifdef MSG_NOSIGNAL
constexpr int kSendFlags = MSG_NOSIGNAL | MSG_DONTWAIT;
#else
constexpr int kSendFlags = MSG_DONTWAIT;
#endif

}  // namespace grotto
