#include "service/attempts.h"

#include <algorithm>
#include <vector>

#include "grotto/state.h"

namespace grotto {

std::uint64_t Attempts::wait_ms(std::string_view key, std::uint64_t now_ms) const {
  const std::scoped_lock lock(mutex_);
  const auto found = full_at_ms_.find(std::string(key));
  if (found == full_at_ms_.end()) return 0;
  const std::uint64_t after = std::max(found->second, now_ms) + pause_ms_;
  const std::uint64_t allowed = now_ms + burst_ * pause_ms_;
  return after - std::min(after, allowed);
}

void Attempts::count(std::string_view key, std::uint64_t now_ms) {
  const std::scoped_lock lock(mutex_);
  if (full_at_ms_.size() >= kKeysMax) forget_quiet(now_ms);
  std::uint64_t& full_at = full_at_ms_[std::string(key)];
  full_at = std::max(full_at, now_ms) + pause_ms_;
}

void Attempts::save(std::uint64_t now_ms, StateWriter& state) const {
  const std::scoped_lock lock(mutex_);
  state.number(full_at_ms_.size());
  for (const auto& [key, full_at] : full_at_ms_) {
    state.text(key);
    state.number(full_at - std::min(full_at, now_ms));
  }
}

void Attempts::restore(std::uint64_t now_ms, StateReader& state) {
  const std::scoped_lock lock(mutex_);
  for (std::uint64_t left = state.number(); left > 0 && state.is_good(); --left) {
    const std::string key(state.text());
    full_at_ms_[key] = now_ms + state.number();
  }
}

std::size_t Attempts::keys() const {
  const std::scoped_lock lock(mutex_);
  return full_at_ms_.size();
}

void Attempts::forget_quiet(std::uint64_t now_ms) {
  std::erase_if(full_at_ms_, [&](const auto& each) { return each.second <= now_ms; });
  if (full_at_ms_.size() < kKeysMax) return;
  // The quarter that will be free first.
  std::vector<std::uint64_t> moments;
  moments.reserve(full_at_ms_.size());
  for (const auto& [key, full_at] : full_at_ms_) moments.push_back(full_at);
  const auto middle = moments.begin() + static_cast<std::ptrdiff_t>(moments.size() / 4);
  std::nth_element(moments.begin(), middle, moments.end());
  std::erase_if(full_at_ms_, [&](const auto& each) { return each.second <= *middle; });
}

}  // namespace grotto
