#include "service/several_rooms.h"

#include <algorithm>
#include <utility>

namespace grotto {

namespace {
// With less than that left the next room waits for its turn: not every line would fit.
constexpr std::size_t kWorthwhileBytes = 16 * 1024;
}  // namespace

Seat& SeveralRooms::add(Participant& person) {
  return *made_.emplace_back(std::make_unique<Seat>(person));
}

void SeveralRooms::focus_on(Seat& seat) {
  const auto found = std::find(order_.begin(), order_.end(), &seat);
  if (found != order_.end()) {
    std::rotate(found, found + 1, order_.end());
    return;
  }
  order_.push_back(&seat);
  if (is_blocked_) seat.on_blocked();
}

void SeveralRooms::remove(Seat& seat) noexcept {
  std::erase(order_, &seat);
  planned_.clear();
  std::erase_if(made_, [&](const auto& each) { return each.get() == &seat; });
}

// ---- Feed --------------------------------------------------------------------------------------

bool SeveralRooms::has_more() const noexcept {
  return std::any_of(order_.begin(), order_.end(),
                     [](const Seat* seat) { return seat->has_more(); });
}

void SeveralRooms::preface(std::string& out) {
  for (Seat* seat : order_) {
    if (seat->has_more()) seat->preface(out);
  }
}

std::size_t SeveralRooms::gather(std::span<Slice> slices, std::size_t bytes_max) {
  planned_.clear();
  const std::size_t first = std::exchange(first_, 0);
  // Asked from the last to the first: another worker may say something in one room and then in a
  // later one meanwhile, and whoever hears that has heard the other before.
  due_.clear();
  for (std::size_t i = order_.size(); i-- > 0;) {
    const std::size_t turn = (first + i) % order_.size();
    if (order_[turn]->has_more()) due_.push_back(turn);
  }
  std::size_t filled = 0;
  std::size_t bytes = 0;
  for (; !due_.empty(); due_.pop_back()) {
    const std::size_t turn = due_.back();
    Seat& seat = *order_[turn];
    if (filled == slices.size() || (filled > 0 && bytes + kWorthwhileBytes > bytes_max)) {
      first_ = turn;
      break;
    }
    const std::size_t count = seat.gather(slices.subspan(filled), bytes_max - bytes);
    std::size_t own = 0;
    for (std::size_t each = filled; each < filled + count; ++each) own += slices[each].size;
    if (count == 0) continue;
    planned_.push_back({&seat, own});
    filled += count;
    bytes += own;
  }
  return filled;
}

std::string_view SeveralRooms::advance(std::size_t bytes) {
  std::string_view rest;
  for (const Planned& planned : planned_) {
    if (bytes == 0) break;
    const std::size_t own = std::min(bytes, planned.bytes);
    rest = planned.seat->advance(own);
    bytes -= own;
  }
  planned_.clear();
  return rest;
}

void SeveralRooms::on_blocked() {
  is_blocked_ = true;
  for (Seat* seat : order_) seat->on_blocked();
}

void SeveralRooms::on_unblocked() {
  is_blocked_ = false;
  for (Seat* seat : order_) seat->on_unblocked();
}

}  // namespace grotto
