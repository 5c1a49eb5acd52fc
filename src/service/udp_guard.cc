#include "service/udp_guard.h"

#include <algorithm>
#include <string_view>

namespace grotto {

namespace {
constexpr std::uint64_t kWindowMs = 1000;
}

std::size_t UdpGuard::KeyHash::operator()(const Key& key) const noexcept {
  return std::hash<std::string_view>{}(
      {reinterpret_cast<const char*>(key.ip.data()), key.ip.size()});
}

bool UdpGuard::refuse() noexcept {
  ++refused_;
  return false;
}

bool UdpGuard::may_answer(std::span<const std::uint8_t, 16> source_ip, std::uint16_t source_port,
                          std::uint16_t own_port, std::uint64_t now_ms) {
  if (source_port < kPortMin || source_port == own_port) return refuse();
  Key key;
  std::copy(source_ip.begin(), source_ip.end(), key.ip.begin());
  auto found = windows_.find(key);
  if (found == windows_.end()) {
    if (windows_.size() >= kSourcesMax) forget_idle(now_ms);
    if (windows_.size() >= kSourcesMax) return refuse();
    found = windows_.emplace(key, Window{now_ms, 0}).first;
  }
  Window& window = found->second;
  if (now_ms - window.since_ms >= kWindowMs) window = {now_ms, 0};
  if (window.answers >= kAnswersPerSecond) return refuse();
  ++window.answers;
  return true;
}

void UdpGuard::forget_idle(std::uint64_t now_ms) {
  if (swept_ms_ != 0 && now_ms - swept_ms_ < kWindowMs) return;  // a flood must not make us sweep
  swept_ms_ = now_ms;
  std::erase_if(windows_,
                [&](const auto& each) { return now_ms - each.second.since_ms >= kWindowMs; });
}

}  // namespace grotto
