#include "service/udp_guard.h"

#include <algorithm>
#include <string_view>

namespace grotto {

namespace {
constexpr std::uint64_t kSecondMs = 1'000;
}

std::size_t UdpGuard::KeyHash::operator()(const Key& key) const noexcept {
  return std::hash<std::string_view>{}(
      {reinterpret_cast<const char*>(key.ip.data()), key.ip.size()});
}

bool UdpGuard::Answers::may_be_more(std::uint64_t now_ms) const noexcept {
  return given < kAnswersPerSecond || now_ms - at_ms[oldest] >= kSecondMs;
}

bool UdpGuard::Answers::are_old(std::uint64_t now_ms) const noexcept {
  const std::size_t last = (oldest + kAnswersPerSecond - 1) % kAnswersPerSecond;
  return now_ms - at_ms[last] >= kSecondMs;
}

void UdpGuard::Answers::add(std::uint64_t now_ms) noexcept {
  at_ms[oldest] = now_ms;
  oldest = static_cast<std::uint8_t>((oldest + 1) % kAnswersPerSecond);
  if (given < kAnswersPerSecond) ++given;
}

bool UdpGuard::may_answer(std::span<const std::uint8_t, 16> source_ip, std::uint16_t source_port,
                          std::uint16_t own_port, std::uint64_t now_ms) {
  if (source_port < kPortMin || source_port == own_port) return false;
  Key key;
  std::copy(source_ip.begin(), source_ip.end(), key.ip.begin());
  auto found = answers_.find(key);
  if (found == answers_.end()) {
    if (answers_.size() >= kSourcesMax) forget_idle(now_ms);
    if (answers_.size() >= kSourcesMax) return false;
    found = answers_.emplace(key, Answers{}).first;
  }
  if (!found->second.may_be_more(now_ms)) return false;
  found->second.add(now_ms);
  return true;
}

void UdpGuard::forget_idle(std::uint64_t now_ms) {
  if (swept_ms_ != 0 && now_ms - swept_ms_ < kSecondMs) return;  // a flood must not make us sweep
  swept_ms_ = now_ms;
  std::erase_if(answers_, [&](const auto& each) { return each.second.are_old(now_ms); });
}

}  // namespace grotto
