// Platform: what this process runs on, for --version.
// Threads: any.
#pragma once

namespace grotto {

/// The libuv that this process runs with: "1.44.2".
const char* libuv_version() noexcept;

/// The system's half of the selector: "epoll" or "kqueue".
const char* selector_name() noexcept;

}  // namespace grotto
