// WebSocketSession's chapter on upgrades: what another process needs to go on with the peer.
#include <algorithm>

#include "door/saved_door.h"
#include "door/websocket_session.h"
#include "net/worker.h"

namespace grotto {

bool WebSocketSession::save(Connection& /*connection*/, StateWriter& state) {
  if (is_replying_ || has_peer_closed_) return false;
  state.choice(SavedDoor::websocket);
  framer_.save(state);
  decoder_.save(state);
  state.number(idle_ms());
  state.number(missed_pings_);
  state.flag(has_had_line_);
  state.number(lines_in_);
  state.flag(is_holding_);
  state.flag(is_choked_);
  state.flag(has_input_ended_);
  state.flag(is_reply_open_);
  state.flag(extra_ != nullptr);
  if (extra_ != nullptr) {
    state.text(extra_->held_line);
    state.text(extra_->pending_text);
    state.text(extra_->pending);
    state.flag(extra_->ends_pending_message);
  }
  return service_.save(*this, state);
}

void WebSocketSession::restore(Connection& connection, StateReader& state) {
  connection_ = &connection;
  connection.count_as(DoorKind::websocket);
  state.choice(SavedDoor::arrival);
  framer_.restore(state);
  decoder_.restore(state);
  const std::uint64_t now = connection.worker().wheel().now_ms();
  last_message_ms_ = now - std::min(now, state.number());
  missed_pings_ = static_cast<std::uint8_t>(state.number());
  has_had_line_ = state.flag();
  lines_in_ = state.number();
  is_holding_ = state.flag();
  is_choked_ = state.flag();
  has_input_ended_ = state.flag();
  is_reply_open_ = state.flag();
  if (state.flag()) {
    Extra& more = extra();
    more.held_line = state.text();
    more.pending_text = state.text();
    more.pending = state.text();
    more.ends_pending_message = state.flag();
  }
  arm_deadline(limits().websocket_ping_ms);
  is_open_ = true;
  service_.restore(*this, state);
  if (!is_stuck()) return;
  connection.pause_reading();
  connection.set_read_limit(limits().line_bytes_max);
  connection.worker().wheel().arm(extra().again, 0);
}

bool WebSocketSession::save_absent(Connection& /*connection*/, StateWriter& state) {
  return service_.save_absent(*this, state);
}

void WebSocketSession::on_upgrading(Connection& /*connection*/) {
  if (is_ending()) return;
  service_.on_upgrading(*this);
  finish(CloseReason::server_upgraded, {});
}

}  // namespace grotto
