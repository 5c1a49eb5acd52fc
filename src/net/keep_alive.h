// KeepAlive: when TCP asks the machines of a listener's silent peers (RFC 1122, section 4.2.3.6).
//
// Who came at once must not be asked at once: probes of some thousand in one tick of the kernel's
// timers are more than it queues (Linux: net.core.netdev_max_backlog, 1,000 packets), and peers
// whose probes are dropped six times over are lost though they live. So the time changes by up to a
// quarter with every kConnectionsPerStep connections; sockets inherit it from their listener, which
// costs a system call per step only. Threads: owned by one.
#pragma once

#include <cstdint>

namespace grotto {

class KeepAlive {
 public:
  static constexpr std::uint32_t kConnectionsPerStep = 256;

  /// Call once per connection. Whether those that follow are to be asked after another time.
  [[nodiscard]] bool on_accept(std::uint64_t keep_alive_ms) noexcept;

  /// For `fd`, a listener or a connection, until the next step. 0 ms: nobody is asked.
  void apply(int fd, std::uint64_t keep_alive_ms) noexcept;

  /// Silence before the first probe, in seconds: `keep_alive_ms` give or take a quarter, at
  /// least 1.
  [[nodiscard]] int idle_s(std::uint64_t keep_alive_ms) const noexcept;

 private:
  std::uint32_t accepted_ = 0;
  std::uint32_t step_ = 0;
  std::uint64_t applied_ms_ = 0;
};

}  // namespace grotto
