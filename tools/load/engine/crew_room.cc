// Crew: its room: who leads, who waits for whom, and how much of the log is kept.
#include <algorithm>
#include <utility>
#include <vector>

#include "load/check/room_reader.h"
#include "load/engine/crew.h"

namespace grotto::load {

void Crew::choose_leader(bool again) {
  Member* first = nullptr;
  bool is_any_complete = false;
  Member* after_the_old = nullptr;
  bool is_old_passed = false;
  for (const auto& each : members_) {
    const RoomReader* const reader = each->room_reader();
    if (reader != nullptr && !reader->is_lapped()) {
      is_any_complete |= reader->gets_all();
      if (first == nullptr) first = each.get();
      if (is_old_passed && after_the_old == nullptr) after_the_old = each.get();
    }
    is_old_passed |= each.get() == leader_;
  }
  if (again) {
    leader_ = after_the_old != nullptr ? after_the_old : first;
  } else if (leader_ == nullptr || leader_->room_reader() == nullptr) {
    leader_ = first;
  }
  for (const auto& each : members_) {
    RoomReader* const reader = each->room_reader();
    if (reader != nullptr)
      reader->set_may_append(is_any_complete ? reader->gets_all() : each.get() == leader_);
  }
  room_.set_absent_sender(is_any_complete || leader_ == nullptr ? RoomLog::kNobody
                                                                : leader_->index());
  leader_end_ = room_.end();
}

void Crew::on_holding() {
  is_holding_ = true;
  if (!leader_timer_.is_armed()) worker_->wheel().arm(leader_timer_, kLeaderPatienceMs);
}

void Crew::let_read_on() {
  // Who lacks a line that another one has had may be done with what came, as soon as its place is
  // known.
  const auto have_extras_changed = [this] {
    return std::exchange(extras_seen_, room_.extra_changes()) != room_.extra_changes();
  };
  bool has_extras = have_extras_changed();
  if (!is_holding_ && !has_extras) return;
  do {
    is_holding_ = false;
    for (const auto& each : members_) {
      RoomReader* const reader = each->room_reader();
      if (reader == nullptr || !(has_extras || reader->is_holding())) continue;
      each->read_on();
      is_holding_ |= reader->is_holding();
    }
    has_extras = have_extras_changed();
  } while (has_extras);
  if (is_holding_) static_cast<void>(let_least_lapped_go_on(Others::may_tell_more));
  take_time();
}

/// Everybody who may tell what comes next was lapped, and waits for the others: nothing can come
/// any more that stands before all that they hold. Who was lapped least has what comes first.
/// False if nobody did.
bool Crew::let_least_lapped_go_on(Others others) {
  Member* least = nullptr;
  RoomReader::Held first_held;
  for (const auto& each : members_) {
    const RoomReader* const reader = each->room_reader();
    if (reader == nullptr || reader->is_lapped() || !reader->may_append()) continue;
    if (!reader->is_held_by_gap()) {
      if (others == Others::may_tell_more) return false;
      continue;
    }
    RoomReader::Held held = reader->held(each->room_talk());
    if (least != nullptr && !held.begins_before(first_held)) continue;
    least = each.get();
    first_held = std::move(held);
  }
  if (least == nullptr) return false;
  if (RoomReader& first = *least->room_reader(); first.should_begin_anew(room_)) {
    begin_room_anew(first);
  } else {
    first.lose_patience();
  }
  least->read_on();
  // What it has appended is what the next of them waits for.
  worker_->defer([this] { let_read_on(); });
  return true;
}

void Crew::begin_room_anew(RoomReader& first) {
  std::vector<RoomReader*> all;
  for (const auto& each : members_) {
    if (RoomReader* const reader = each->room_reader()) all.push_back(reader);
  }
  RoomReader::begin_anew(room_, first, all);
}

/// The leader gets nothing, and others wait for it: another one leads.
void Crew::replace_stuck_leader() {
  let_read_on();
  if (!is_holding_) return;
  if (room_.end() == leader_end_ && !let_least_lapped_go_on(Others::had_their_time)) {
    choose_leader(true);
    for (const auto& each : members_) {
      if (RoomReader* const reader = each->room_reader(); reader != nullptr && reader->is_holding())
        reader->lose_patience();
    }
    let_read_on();
  }
  leader_end_ = room_.end();
  if (is_holding_) worker_->wheel().arm(leader_timer_, kLeaderPatienceMs);
}

/// The first line that some reader has not read.
std::uint64_t Crew::slowest_line() {
  std::uint64_t least = room_.end();
  for (const auto& each : members_) {
    if (RoomReader* const reader = each->room_reader()) reader->skip_own(room_);
    least = std::min(least, each->room_line());
  }
  return least;
}

void Crew::trim_room() {
  if (room_.bytes() < trim_at_bytes_) return;
  room_.trim(slowest_line());
  if (room_.bytes() > RoomLog::kBytesMax) {
    // Who is furthest behind is checked line by line from now on.
    const std::uint64_t cut = room_.first() + (room_.end() - room_.first()) / 2;
    for (const auto& each : members_) counts_.lapped += each->leave_room_line(cut) ? 1U : 0U;
    room_.trim(slowest_line());
  }
  trim_at_bytes_ = std::max(kTrimBytesMin, 2 * room_.bytes());
}

}  // namespace grotto::load
