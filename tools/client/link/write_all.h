// write_all(): all bytes to a descriptor, waiting as long as its reader does. Threads: any.
#pragma once

#include <string_view>

namespace grotto::client {

/// False with errno set if they cannot be written (EPIPE: nobody reads any more).
bool write_all(int fd, std::string_view bytes) noexcept;

}  // namespace grotto::client
