#include "net/keep_alive.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <utility>

namespace grotto {

namespace {

constexpr int kProbes = 6;
constexpr std::uint32_t kSteps = 16;
constexpr std::uint32_t kStride = 7;  // steps that follow each other are far apart
constexpr std::uint32_t kFirst = 7;   // in the middle

void set_option(int fd, int level, int option, int value) {
  ::setsockopt(fd, level, option, &value, sizeof value);  // a missing option is no reason to stop
}

/// Only the time of the first probe is new: the listener has the rest.
bool is_inherited(std::uint64_t before_ms, std::uint64_t now_ms) {
#ifdef __linux__
  return before_ms == now_ms;
#else
  static_cast<void>(before_ms);
  static_cast<void>(now_ms);
  return false;
#endif
}

int whole_seconds(std::uint64_t keep_alive_ms) {
  return static_cast<int>(std::max<std::uint64_t>(keep_alive_ms / 1000, 1));
}

}  // namespace

bool KeepAlive::on_accept(std::uint64_t keep_alive_ms) noexcept {
  if (++accepted_ % kConnectionsPerStep == 0) {
    ++step_;
    return true;
  }
  return keep_alive_ms != applied_ms_;  // it was set while the server runs
}

void KeepAlive::apply(int fd, std::uint64_t keep_alive_ms) noexcept {
  const std::uint64_t before_ms = std::exchange(applied_ms_, keep_alive_ms);
  if (keep_alive_ms == 0) {
    if (before_ms > 0) set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 0);
    return;
  }
#ifdef TCP_KEEPIDLE
  set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, idle_s(keep_alive_ms));
#endif
  if (is_inherited(before_ms, keep_alive_ms)) return;
  set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
#ifdef TCP_KEEPINTVL
  set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, std::max(whole_seconds(keep_alive_ms) / kProbes, 1));
  set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, kProbes);
#endif
}

int KeepAlive::idle_s(std::uint64_t keep_alive_ms) const noexcept {
  const int at = static_cast<int>((step_ * kStride + kFirst) % kSteps);
  const int seconds = whole_seconds(keep_alive_ms);
  if (step_ == 0) return seconds;
  return std::max(seconds * 3 / 4 + seconds * at / (2 * static_cast<int>(kSteps - 1)), 1);
}

}  // namespace grotto
