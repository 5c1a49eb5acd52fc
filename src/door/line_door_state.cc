// LineDoor's chapter on upgrades: what another process needs to go on with the peer.
#include "door/line_door.h"
#include "door/saved_door.h"
#include "net/worker.h"

namespace grotto {

bool LineDoor::save(Connection& /*connection*/, StateWriter& state) {
  state.choice(SavedDoor::lines);
  state.flag(has_had_input_);
  state.flag(has_had_line_);
  state.number(lines_in_);
  state.flag(is_holding_);
  state.flag(is_choked_);
  state.flag(has_input_ended_);
  framer_.save(state);
  state.flag(extra_ != nullptr);
  if (extra_ != nullptr) save_extra(state);
  return service_.save(*this, state);
}

void LineDoor::save_extra(StateWriter& state) const {
  state.text(extra_->held_line);
  state.text(extra_->pending);
  state.number(extra_->throttled_lines);
  state.flag(extra_->is_hiding);
  state.flag(extra_->telnet != nullptr);
  if (extra_->telnet != nullptr) extra_->telnet->save(state);
  state.flag(extra_->editor != nullptr);
  if (extra_->editor == nullptr) return;
  extra_->editor->save(state);
  state.flag(extra_->redraw->is_drawn());
}

void LineDoor::restore(Connection& connection, StateReader& state) {
  on_open(connection);
  state.choice(SavedDoor::arrival);
  has_had_input_ = state.flag();
  has_had_line_ = state.flag();
  lines_in_ = state.number() & ((std::uint64_t{1} << 48) - 1);
  is_holding_ = state.flag();
  is_choked_ = state.flag();
  has_input_ended_ = state.flag();
  framer_.restore(state);
  if (state.flag()) restore_extra(state);
  is_open_ = true;
  service_.restore(*this, state);
  if (!is_holding_ && !is_choked_) return;
  // Who waited for something of the other process asks again.
  connection.pause_reading();
  connection.worker().wheel().arm(*this, 0);
}

void LineDoor::restore_extra(StateReader& state) {
  Extra& more = extra();
  const Limits& limits = connection_->worker().limits();
  more.held_line = state.text();
  more.pending = state.text();
  more.throttled_lines = static_cast<unsigned>(state.number());
  if (more.throttled_lines > 0) connection_->set_read_limit(limits.line_bytes_max);
  more.is_hiding = state.flag();
  if (state.flag()) telnet().restore(state);
  if (!state.flag()) return;
  if (more.telnet == nullptr) {
    state.fail();
    return;
  }
  more.editor = std::make_unique<LineEditor>(limits.line_bytes_max, more.telnet->columns());
  more.editor->restore(state);
  more.redraw = std::make_unique<RedrawFeed>(*more.editor, nullptr);
  more.redraw->set_drawn(state.flag());
  connection_->follow(more.redraw.get());
}

bool LineDoor::save_absent(Connection& /*connection*/, StateWriter& state) {
  return is_open_ && service_.save_absent(*this, state);
}

void LineDoor::on_upgrading(Connection& /*connection*/) {
  if (is_ending()) return;
  if (is_open_) service_.on_upgrading(*this);
  finish(CloseReason::server_upgraded, {});
}

}  // namespace grotto
