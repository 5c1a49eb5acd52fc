// Passed descriptors: a message of a Unix socket with descriptors beside it (SCM_RIGHTS, unix(7)).
// Neither call waits. Threads: no state; any.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "base/descriptor.h"

namespace grotto {

/// Beside one message; the kernel's SCM_MAX_FD.
constexpr std::size_t kPassedDescriptorsMax = 253;

/// As sendmsg(2), errno included; no SIGPIPE. The descriptors stay the caller's.
ssize_t send_with_descriptors(int socket, std::string_view bytes,
                              std::span<const int> descriptors) noexcept;

struct Received {
  ssize_t bytes = 0;    // as recvmsg(2), errno included
  bool is_cut = false;  // the message was longer than `buffer`, or there were no descriptors left
};
/// Adds to `descriptors` those that came, close-on-exec. Throws std::bad_alloc.
Received receive_with_descriptors(int socket, std::span<char> buffer,
                                  std::vector<Descriptor>& descriptors);

}  // namespace grotto
