#include "room/member.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "room/json_line.h"
#include "room/local_room.h"

namespace grotto {

Member::~Member() {
  if (room_ != nullptr) room_->forget(*this);
}

LineNumber Member::limit() const noexcept {
  return std::min(end_, room_->head());
}

Holes Member::holes() noexcept {
  LineFilter* const filter = is_filtered_ ? this->filter() : nullptr;
  if (is_in_history()) {
    return {.author = author(),
            .own = false,
            .not_said = true,
            .filter = filter,
            .room = &room_->room()};
  }
  return {.author = author(),
          .own = !gets_own_lines_,
          .not_said = false,
          .filter = filter,
          .room = &room_->room()};
}

bool Member::has_more() const noexcept {
  if (room_ == nullptr) return false;
  return cursor_.line() < limit() || (is_now_due_ && !is_in_history());
}

void Member::preface(std::string& out) {
  const std::uint64_t skipped = room_->lap_if_needed(*this);
  const bool is_now = is_now_due_ && !is_in_history();
  if (skipped == 0 && !is_now) return;
  is_now_due_ = is_now_due_ && !is_now;
  if (skipped > 0) {
    room_->counters().laps.add();
    room_->counters().lapped_lines.add(skipped);
  }
  tell_place(skipped, is_now, out);
}

void Member::tell_place(std::uint64_t skipped, bool is_now, std::string& out) const {
  const std::string& room = room_->room().name();
  if (form_.is_json()) {  // where now begins, a program is told on entering
    if (skipped > 0) append_json_skipped(room, skipped, form_.framing(), out);
    return;
  }
  const std::string tag = form_.is_tagged() ? fmt::format("[{}] ", room) : std::string();
  if (skipped > 0) {
    fmt::format_to(std::back_inserter(out),
                   "{}-- {} line{} skipped: your connection was too slow --\r\n", tag, skipped,
                   skipped == 1 ? "" : "s");
  }
  if (is_now) fmt::format_to(std::back_inserter(out), "{}-- now --\r\n", tag);
}

std::size_t Member::gather(std::span<Slice> slices, std::size_t bytes_max) {
  LineNumber to = limit();
  if (is_in_history()) to = std::min(to, history_end_);
  if (cursor_.line() >= to) return 0;
  const std::size_t filled =
      cursor_.gather(room_->view(form_), to, holes(), slices, bytes_max, &planned_lines_);
  if (filled == 0) settle();
  return filled;
}

std::string_view Member::advance(std::size_t bytes) {
  const LineNumber from = cursor_.line();
  const bool is_whole = bytes == cursor_.planned_bytes();
  const LogView& view = room_->prepared_view(form_);
  const Holes holes = this->holes();
  const std::string_view rest = cursor_.advance(view, holes, bytes);
  room_->counters().deliveries.add(is_whole ? planned_lines_ : lines_passed(view, holes, from));
  settle();
  return rest;
}

/// Those that it gets, of the lines from there to the cursor: after a short send.
std::uint64_t Member::lines_passed(const LogView& view, const Holes& holes,
                                   LineNumber from) const noexcept {
  std::uint64_t lines = 0;
  for (LineNumber line = from; line < cursor_.line(); ++line) {
    lines += holes.is_hole(view, line) ? 0U : 1U;
  }
  return lines;
}

void Member::listen(LineNumber from) noexcept {
  const Snapshot& view = room_->canonical();
  const Holes holes = this->holes();
  for (LineNumber line = std::max({from, cursor_.line(), view.first()}); line < limit(); ++line) {
    const Entry& entry = view.entry(line);
    if (!is_said(entry.kind()) || entry.author == author() || holes.is_hole(view, line)) continue;
    on_said(line, entry.kind(), view.plain(line));
  }
}

void Member::skip_holes() noexcept {
  const LineNumber to = limit();
  if (is_in_history()) {
    cursor_.skip_holes(room_->canonical(), std::min(to, history_end_), holes());
    if (is_in_history()) return;
  }
  cursor_.skip_holes(room_->canonical(), to, holes());
}

void Member::settle() noexcept {
  skip_holes();
  // After leaving, lines of this tick that are not published yet are still due.
  if (cursor_.line() >= (is_in_room_ ? limit() : end_)) {
    room_->caught_up(*this);
  } else {
    room_->moved_on(*this);
  }
}

void Member::on_blocked() {
  if (room_ == nullptr) return;
  const std::uint64_t left_ms = patience_.block(room_->now_ms(), room_->limits());
  if (left_ms > 0) {
    room_->arm(*this, left_ms);
  } else {
    patience_.run_out();
    room_->moved_on(*this);
  }
}

void Member::on_unblocked() {
  if (room_ == nullptr) return;
  patience_.unblock(room_->now_ms());
  cancel();
  if (!is_behind_) patience_.reach_head(room_->now_ms());
}

void Member::on_timer() {
  patience_.run_out();
  room_->moved_on(*this);
}

}  // namespace grotto
