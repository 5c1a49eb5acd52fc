#include "room/local_room.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/time_text.h"

namespace grotto {

namespace {

constexpr std::uint64_t kMovementMs = 1'000;

}  // namespace

std::shared_ptr<LocalRoom> LocalRoom::create(Room& room, WorkerContext& worker, SlowPolicy slow,
                                             DueRooms& due) {
  std::shared_ptr<LocalRoom> made(new LocalRoom(room, worker, slow, due));
  room.attach(made, worker);
  return made;
}

LocalRoom::LocalRoom(Room& room, WorkerContext& worker, SlowPolicy slow, DueRooms& due)
    : room_(room),
      worker_(worker),
      counters_(worker.counters()),
      slow_(slow),
      due_(due),
      snapshot_(room.transcript().snapshot()) {
  snapshot_.release();
}

LocalRoom::~LocalRoom() {
  GROTTO_CHECK(members_ == 0 && behind_ == 0);
}

void DueRooms::push(LocalRoom& room) noexcept {
  if (room.is_due_) return;
  room.is_due_ = true;
  room.next_due_ = nullptr;
  (last_ == nullptr ? first_ : last_->next_due_) = &room;
  last_ = &room;
}

// ---- Joining and leaving -----------------------------------------------------------------------

std::size_t LocalRoom::join(Member& member, std::string_view name, std::size_t history_lines) {
  GROTTO_CHECK(!member.is_in_room_ && !member.is_behind_);
  be_due();
  if (members_ == 0) room_.set_has_members(worker_.index(), true);
  refresh();
  const Snapshot::Said history = snapshot_.last_said(history_lines);
  member.cursor_ = Cursor(history.from);
  member.history_end_ = head();
  member.is_now_due_ = history.count > 0;
  take_in(member, name, kServer);
  return history.count;
}

void LocalRoom::join_again(Member& member, std::string_view name, AuthorId author,
                           LineNumber line) {
  take_over(member, name,
            {.author = author, .line = line, .gets_own_lines = member.gets_own_lines_});
}

void LocalRoom::take_over(Member& member, std::string_view name, const Place& place) {
  GROTTO_CHECK(!member.is_in_room_ && !member.is_behind_);
  be_due();
  if (members_ == 0) room_.set_has_members(worker_.index(), true);
  refresh();
  const LineNumber from = std::min(place.line, head());
  const AuthorId author = place.author;
  member.set_gets_own_lines(place.gets_own_lines);
  member.cursor_ = Cursor(from);
  for (LineNumber each = std::max(from, snapshot_.first()); author != kServer && each < head();
       ++each) {
    if (snapshot_.entry(each).author == author) member.cursor_.wrote();
  }
  member.history_end_ = std::min(place.history_end, head());
  member.is_now_due_ = place.is_now_due;
  take_in(member, name, author);
  if (member.cursor_.line() >= snapshot_.first()) member.skip_holes();
  if (member.is_behind_ && member.cursor_.line() >= head()) caught_up(member);
}

LocalRoom::Place LocalRoom::place_of(const Member& member) noexcept {
  return {member.author(), member.cursor_.line(), member.history_end_, member.is_now_due_,
          member.gets_own_lines_};
}

void LocalRoom::listen(Member& listener, LineNumber line) {
  listener.set_unseen();
  listener.set_gets_own_lines(true);  // it has none
  join_again(listener, {}, kServer, line);
}

void LocalRoom::take_in(Member& member, std::string_view name, AuthorId author) {
  member.room_ = this;
  member.patience_ = {};
  member.end_ = kNoLine;
  member.is_in_room_ = true;
  member.previous_in_room_ = last_;
  member.next_in_room_ = nullptr;
  (last_ == nullptr ? first_ : last_->next_in_room_) = &member;
  last_ = &member;
  ++members_;
  room_.enter(member, name, author);
  if (member.cursor_.line() < head()) {
    member.is_behind_ = true;
    ++behind_;
    member.on_lines();
  } else {
    member.patience_.reach_head(now_ms());
  }
  publish_slowest();
}

void LocalRoom::leave(Member& member) {
  if (!member.is_in_room_) return;
  be_due();
  stop_waiting(member);
  member.cancel();
  member.is_in_room_ = false;
  member.end_ = room_.transcript().head() + pending_.size();
  if (!member.is_behind_ && member.cursor_.line() < member.end_) {
    member.is_behind_ = true;  // what was said before is still due to it
    ++behind_;
  }
  Member* const previous = member.previous_in_room_;
  Member* const next = member.next_in_room_;
  (previous == nullptr ? first_ : previous->next_in_room_) = next;
  (next == nullptr ? last_ : next->previous_in_room_) = previous;
  member.previous_in_room_ = member.next_in_room_ = nullptr;
  --members_;
  room_.leave(member);
  if (members_ == 0) {
    room_.set_has_members(worker_.index(), false);
    for (auto& form : forms_) form.reset();
  }
  if (!member.is_behind_) member.room_ = nullptr;
  publish_slowest();
  if (room_.does_anyone_wait()) schedule_review();
}

void LocalRoom::forget(Member& member) noexcept {
  leave(member);
  if (!member.is_behind_) return;
  member.is_behind_ = false;
  member.room_ = nullptr;
  --behind_;
  be_due();
}

void LocalRoom::note_joined() {
  if (room_.note_joined()) worker_.wheel().arm(movement_timer_, kMovementMs);
}

void LocalRoom::note_left() {
  if (room_.note_left()) worker_.wheel().arm(movement_timer_, kMovementMs);
}

void LocalRoom::tell_movement() {
  const Room::Movement moved = room_.take_movement();
  std::string text;
  if (moved.joined > 0) text = fmt::format("{} joined", moved.joined);
  if (moved.left > 0) text += fmt::format("{}{} left", text.empty() ? "" : ", ", moved.left);
  be_due();
  if (!text.empty()) append(LineKind::moves, nullptr, {text});
}

// ---- Lines -------------------------------------------------------------------------------------

void LocalRoom::append(LineKind kind, Member* author,
                       std::initializer_list<std::string_view> parts) {
  be_due();
  std::size_t bytes = 2;
  for (const std::string_view part : parts) bytes += part.size();
  if (pending_.size() == pending_.capacity()) pending_.reserve(2 * pending_.size() + 8);
  const std::size_t offset = pending_bytes_.size();
  if (offset + bytes > pending_bytes_.capacity()) {
    pending_bytes_.reserve(std::max(offset + bytes, 2 * pending_bytes_.capacity()));
  }
  for (const std::string_view part : parts) pending_bytes_ += part;
  pending_bytes_ += "\r\n";
  pending_.push_back({offset, bytes, kind, author == nullptr ? kServer : author->author()});
  if (author != nullptr) author->cursor_.wrote();
  allowance_.lines -= std::min<std::size_t>(allowance_.lines, 1);
  allowance_.bytes -= std::min(allowance_.bytes, bytes);
}

void LocalRoom::publish_pending() {
  const std::int64_t at_ms = wall_clock_ms();
  batch_.clear();
  batch_.reserve(pending_.size());
  for (const PendingLine& line : pending_) {
    batch_.push_back({std::string_view(pending_bytes_).substr(line.offset, line.bytes), line.kind,
                      line.author, at_ms});
  }
  room_.transcript().append(batch_, room_.keep_rule());
  room_.set_last_line_ms(at_ms);
  counters_.room_lines.add(pending_.size());
  pending_.clear();
  // A long tick must not keep its memory for ever.
  if (pending_bytes_.capacity() > Segment::kBytesMax) std::string().swap(pending_bytes_);
  pending_bytes_.clear();
  room_.announce_lines(worker_.index());
}

void LocalRoom::end_tick() {
  if (!pending_.empty()) {
    publish_pending();
    if (first_waiting_ != nullptr) schedule_review();  // it may have waited for this tick only
  }
  allowance_ = {};
  if (behind_ == 0 && !snapshot_.is_released()) snapshot_.release();
  if (has_readers() && room_.transcript().head() != snapshot_.head()) {
    refresh();
    publish_slowest_if_old();
  }
}

void LocalRoom::pick_up() {
  room_.begin_pick_up(worker_.index());
  if (has_readers() && room_.transcript().head() != snapshot_.head()) refresh();
  review();
}

void LocalRoom::refresh() {
  be_due();  // to let go of the snapshot
  const LineNumber shown = snapshot_.head();
  snapshot_ = room_.transcript().snapshot();
  if (snapshot_.head() == shown) return;
  for (Member* each = first_; each != nullptr;) {
    Member* const next = each->next_in_room_;  // on_too_slow() may let it leave
    show_lines_to(*each, shown);
    each = next;
  }
}

void LocalRoom::show_lines_to(Member& member, LineNumber from) {
  if (member.cursor_.line() < snapshot_.first()) {
    if (slow_ == SlowPolicy::drop) {
      member.on_too_slow();
      return;
    }
  } else {
    member.skip_holes();
  }
  if (member.cursor_.line() >= member.limit()) return;
  if (!member.is_behind_) {
    member.is_behind_ = true;
    ++behind_;
  }
  if (member.is_listening_) member.listen(from);
  if (!member.patience_.is_blocked()) member.on_lines();
}

LogView& LocalRoom::view(LineForm form) {
  if (form.is_plain()) return snapshot_;
  std::unique_ptr<FormLog>& log = forms_[form.index()];
  if (log == nullptr) {
    log = std::make_unique<FormLog>(snapshot_, LineRenderer(form, room_.name()),
                                    limits().window_lines_max, room_.window_bytes());
  }
  return *log;
}

const LogView& LocalRoom::prepared_view(LineForm form) const noexcept {
  const std::unique_ptr<FormLog>& log = forms_[form.index()];
  if (log != nullptr) return *log;
  return snapshot_;
}

std::uint64_t LocalRoom::lap_if_needed(Member& member) {
  const LineNumber first = snapshot_.first();
  if (member.cursor_.line() >= first || snapshot_.is_released()) return 0;
  std::uint32_t kept_own = 0;
  if (member.cursor_.own_ahead() > 0) {
    for (LineNumber line = first; line < snapshot_.head(); ++line) {
      kept_own += snapshot_.entry(line).author == member.author() ? 1U : 0U;
    }
    for (const PendingLine& line : pending_) kept_own += line.author == member.author() ? 1U : 0U;
  }
  const std::uint64_t skipped = member.cursor_.lap(first, kept_own);
  member.skip_holes();
  return skipped;
}

// ---- Who waits for whom ------------------------------------------------------------------------

void LocalRoom::caught_up(Member& member) noexcept {
  if (member.is_behind_) {
    member.is_behind_ = false;
    --behind_;
    if (behind_ == 0) be_due();  // to let go of the snapshot
  }
  if (!member.is_in_room_) member.room_ = nullptr;
  member.patience_.reach_head(now_ms());
  if (behind_ == 0 && members_ > 0) publish_slowest(head());
  if (room_.does_anyone_wait()) schedule_review();
}

void LocalRoom::moved_on(Member& /*member*/) noexcept {
  if (room_.does_anyone_wait()) schedule_review();
}

void LocalRoom::arm(Member& member, std::uint64_t delay_ms) noexcept {
  worker_.wheel().arm(member, delay_ms);
}

LineNumber LocalRoom::slowest_member(const Member* except) noexcept {
  if (members_ == 0) return kNoLine;
  LineNumber slowest = head();
  if (behind_ == 0) return slowest;
  const std::uint64_t now = now_ms();
  for (const Member* each = first_; each != nullptr; each = each->next_in_room_) {
    if (each->is_behind_ && each != except && each->cursor_.line() < slowest &&
        each->patience_.is_waited_for(now, limits())) {
      slowest = each->cursor_.line();
    }
  }
  return slowest;
}

void LocalRoom::publish_slowest() {
  publish_slowest(slowest_member(nullptr));
}

/// Whoever raises the minimum tells those who wait for it: a later look would find nothing raised.
void LocalRoom::publish_slowest(LineNumber slowest) {
  const bool is_raised = slowest > room_.published_slowest(worker_.index());
  room_.publish_slowest(worker_.index(), slowest);
  if (is_raised && room_.does_anyone_wait()) room_.announce_progress(worker_.index());
}

/// If nobody is behind, because the lines were their own, no one's catching up tells it.
void LocalRoom::publish_slowest_if_old() {
  if (behind_ == 0) return publish_slowest();
  const LineNumber published = room_.published_slowest(worker_.index());
  const LineNumber oldest = std::max(published, snapshot_.first());
  const bool is_old =
      published != kNoLine && (head() - oldest > limits().window_lines_max / 4 ||
                               snapshot_.head_position().byte - snapshot_.byte_position(oldest) >
                                   room_.window_bytes() / 4 ||
                               published < snapshot_.first());
  if (is_old || published == kNoLine) publish_slowest();
}

LocalRoom::Allowance LocalRoom::allowance_behind(LineNumber slowest) {
  std::size_t lines_ahead = pending_.size();
  std::size_t bytes_ahead = pending_bytes_.size();
  if (slowest < room_.transcript().head()) {
    const Snapshot now = room_.transcript().snapshot();
    const LineNumber from = std::max(slowest, now.first());
    lines_ahead += now.head() - from;
    bytes_ahead += now.head_position().byte - now.byte_position(from);
  }
  const std::size_t lines_max = limits().window_lines_max;
  const std::size_t bytes_max = room_.window_bytes();
  // All workers may say at once before they see each other's lines: each takes its share.
  const std::size_t shares = worker_.count();
  return {(lines_max - std::min(lines_max, lines_ahead) + shares - 1) / shares,
          (bytes_max - std::min(bytes_max, bytes_ahead) + shares - 1) / shares};
}

bool LocalRoom::has_room() {
  if (allowance_.is_open()) return true;
  be_due();  // an allowance is for this tick
  publish_slowest();
  allowance_ = allowance_behind(
      std::min(room_.slowest(worker_.index()), room_.published_slowest(worker_.index())));
  return allowance_.is_open();
}

bool LocalRoom::may_append() {
  return first_waiting_ == nullptr && has_room();
}

bool LocalRoom::has_room_for(const Member& sayer) {
  if (has_room()) return true;
  if (!sayer.is_behind_) return false;
  // Nobody waits for oneself.
  return allowance_behind(std::min(room_.slowest(worker_.index()), slowest_member(&sayer)))
      .is_open();
}

bool LocalRoom::may_say(Member& member) {
  if (!member.is_in_room_) return true;
  if (first_waiting_ == nullptr || member.is_waiting_) {
    if (has_room_for(member)) return true;
  }
  if (!member.is_waiting_) {
    member.is_waiting_ = true;
    member.next_waiting_ = nullptr;
    (last_waiting_ == nullptr ? first_waiting_ : last_waiting_->next_waiting_) = &member;
    last_waiting_ = &member;
  }
  room_.set_waiting(worker_.index(), true);
  if (first_waiting_ == &member && has_room_for(member)) {  // R2: look again
    stop_waiting(member);
    return true;
  }
  room_.ask_for_progress(worker_.index());
  return false;
}

void LocalRoom::stop_waiting(Member& member) noexcept {
  if (!member.is_waiting_) return;
  member.is_waiting_ = false;
  Member* previous = nullptr;
  for (Member* each = first_waiting_; each != &member; each = each->next_waiting_) previous = each;
  (previous == nullptr ? first_waiting_ : previous->next_waiting_) = member.next_waiting_;
  if (last_waiting_ == &member) last_waiting_ = previous;
  member.next_waiting_ = nullptr;
  if (first_waiting_ == nullptr) room_.set_waiting(worker_.index(), false);
}

void LocalRoom::schedule_review() noexcept {
  if (is_review_posted_) return;
  is_review_posted_ = true;
  worker_.post([weak = weak_from_this()] {
    const auto self = weak.lock();
    if (self == nullptr) return;
    self->is_review_posted_ = false;
    self->review();
  });
}

void LocalRoom::review() {
  publish_slowest();
  if (first_waiting_ != nullptr) wake_waiting();
}

void LocalRoom::wake_waiting() {
  if (!has_room_for(*first_waiting_)) return;
  // All try again, in order; who finds the window full once more waits again, in order.
  Member* each = first_waiting_;
  first_waiting_ = last_waiting_ = nullptr;
  room_.set_waiting(worker_.index(), false);
  while (each != nullptr) {
    Member* const next = each->next_waiting_;
    each->is_waiting_ = false;
    each->next_waiting_ = nullptr;
    each->on_may_say();
    each = next;
  }
}

}  // namespace grotto
