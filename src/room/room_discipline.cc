#include "room/room_discipline.h"

namespace grotto {

namespace {
constexpr std::size_t kCountedMax = 10'000;  // beyond it, those whose time has come are forgotten
}

void RoomDiscipline::set_slow_seconds(std::uint64_t seconds) {
  const std::scoped_lock lock(mutex_);
  slow_seconds_ = seconds;
  next_at_ms_.clear();
}

std::uint64_t RoomDiscipline::wait_to_say(AuthorId author, std::uint64_t now_ms) {
  const std::scoped_lock lock(mutex_);
  const std::uint64_t pause_ms = slow_seconds_ * 1000;
  if (pause_ms == 0) return 0;
  if (next_at_ms_.size() >= kCountedMax) {
    std::erase_if(next_at_ms_, [&](const auto& each) { return each.second <= now_ms; });
  }
  std::uint64_t& next = next_at_ms_[author];
  if (next > now_ms) return next - now_ms;
  next = now_ms + pause_ms;
  return 0;
}

}  // namespace grotto
