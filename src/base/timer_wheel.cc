#include "grotto/timer_wheel.h"

#include <algorithm>
#include <bit>

namespace grotto {

void Timer::cancel() noexcept {
  if (next_ == nullptr) return;
  next_->previous_ = previous_;
  previous_->next_ = next_;
  next_ = previous_ = nullptr;  // the slot's bit stays: it only says "may"
}

void TimerWheel::List::push_back(Timer& timer) noexcept {
  timer.previous_ = previous_;
  timer.next_ = this;
  previous_->next_ = &timer;
  previous_ = &timer;
}

void TimerWheel::List::take(List& other) noexcept {
  if (other.is_empty()) return;
  next_ = other.next_;
  previous_ = other.previous_;
  next_->previous_ = this;
  previous_->next_ = this;
  other.next_ = other.previous_ = &other;
}

std::size_t TimerWheel::List::size() const noexcept {
  std::size_t count = 0;
  for (const TimerLink* each = next_; each != this; each = each->next_) {
    ++count;
  }
  return count;
}

TimerWheel::TimerWheel(std::uint64_t now_ms) noexcept : now_ms_(now_ms) {}

TimerWheel::~TimerWheel() {
  while (!soon_.is_empty()) soon_.front().cancel();
  while (!due_.is_empty()) due_.front().cancel();
  for (auto& level : slots_) {
    for (List& slot : level) {
      while (!slot.is_empty()) slot.front().cancel();
    }
  }
}

void TimerWheel::arm(Timer& timer, std::uint64_t delay_ms) noexcept {
  // Less than 63 slots of the top level: a timer never wraps around into the slot of now.
  constexpr std::uint64_t kDelayMax = std::uint64_t{2} * 365 * 24 * 60 * 60 * 1000;
  timer.cancel();
  timer.due_ms_ = now_ms_ + std::min(delay_ms, kDelayMax);
  const std::uint64_t reached_ms = is_advancing_ ? target_ms_ : now_ms_;
  if (timer.due_ms_ <= reached_ms) {
    soon_.push_back(timer);
  } else {
    insert(timer);
  }
}

void TimerWheel::insert(Timer& timer) noexcept {
  // The highest digit (of 6 bits) in which the deadline differs from now is the level.
  const std::uint64_t differing = (timer.due_ms_ ^ now_ms_) | 1U;
  const unsigned digit = (63U - static_cast<unsigned>(std::countl_zero(differing))) / kLevelBits;
  const unsigned level = std::min(digit, kLevels - 1);
  const auto slot = static_cast<unsigned>(timer.due_ms_ >> (level * kLevelBits)) & (kSlots - 1);
  slots_[level][slot].push_back(timer);
  occupied_[level] |= std::uint64_t{1} << slot;
}

TimerWheel::Place TimerWheel::next_place() const noexcept {
  for (unsigned level = 0; level < kLevels; ++level) {
    if (occupied_[level] == 0) continue;
    // All of a level is due before anything of the next one.
    const unsigned shift = level * kLevelBits;
    const auto now_slot = static_cast<unsigned>(now_ms_ >> shift) & (kSlots - 1);
    const int ahead = std::countr_zero(std::rotr(occupied_[level], static_cast<int>(now_slot)));
    const std::uint64_t at = ((now_ms_ >> shift) + static_cast<unsigned>(ahead)) << shift;
    return {level, (now_slot + static_cast<unsigned>(ahead)) & (kSlots - 1), std::max(at, now_ms_)};
  }
  return {};
}

void TimerWheel::fire_due() {
  while (!due_.is_empty()) {
    Timer& timer = due_.front();
    timer.cancel();
    timer.on_timer();
  }
}

void TimerWheel::advance(std::uint64_t clock_ms) {
  target_ms_ = std::max(now_ms_, clock_ms - std::min(clock_ms, shifted_ms_));
  is_advancing_ = true;
  try {
    fire_until_target();
  } catch (...) {
    is_advancing_ = false;
    throw;
  }
  now_ms_ = target_ms_;
  is_advancing_ = false;
}

void TimerWheel::fire_until_target() {
  fire_due();  // left over by a callback that threw
  due_.take(soon_);
  fire_due();
  for (;;) {
    const Place place = next_place();
    if (place.level == kLevels || place.at_ms > target_ms_) return;
    now_ms_ = place.at_ms;
    occupied_[place.level] &= ~(std::uint64_t{1} << place.slot);
    due_.take(slots_[place.level][place.slot]);
    if (place.level == 0) {
      fire_due();
      continue;
    }
    while (!due_.is_empty()) {  // to finer levels
      Timer& timer = due_.front();
      timer.cancel();
      insert(timer);
    }
  }
}

std::uint64_t TimerWheel::next_due_in(std::uint64_t clock_ms) const noexcept {
  if (!soon_.is_empty() || !due_.is_empty()) return 0;
  const Place place = next_place();
  if (place.level == kLevels) return kNever;
  const std::uint64_t served = clock_ms - std::min(clock_ms, shifted_ms_);
  return place.at_ms > served ? place.at_ms - served : 0;
}

std::size_t TimerWheel::armed() const noexcept {
  std::size_t count = soon_.size() + due_.size();
  for (const auto& level : slots_) {
    for (const List& slot : level) count += slot.size();
  }
  return count;
}

}  // namespace grotto
