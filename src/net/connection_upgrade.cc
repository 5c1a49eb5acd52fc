// Connection's chapter on upgrades: how one is written down for another process, and taken over
// there.
#include <algorithm>

#include "net/connection.h"
#include "net/saved_connection.h"
#include "net/worker.h"

namespace grotto {

void ConnectionHandler::on_upgrading(Connection& connection) {
  connection.finish(CloseReason::server_upgraded);
}

bool Connection::save(StateWriter& state) {
  // Keys of TLS cannot be handed over, and who is closing is closed by this process.
  if (state_ != State::open || tls_ != nullptr) return false;
  StateWriter handler;
  if (!handler_->save(*this, handler)) return false;
  SavedConnection saved;
  saved.peer = peer_;
  saved.origin = origin_;
  saved.idle_ms = idle_ms();
  saved.lasted_s = lasted_s();
  saved.bytes_in = bytes_in_;
  saved.bytes_out = bytes_out_;
  saved.has_input_ended = input_ended_;
  saved.ends_output = ends_output_;
  if (!outbox_.is_empty()) saved.outbox = outbox_.front();
  saved.handler = handler.bytes();
  saved.write(state);
  return true;
}

void Connection::take_over(const SavedConnection& saved) {
  origin_ = saved.origin;
  last_read_ms_ =
      (last_read_ms_ - std::min<std::uint64_t>(last_read_ms_, saved.idle_ms)) & kTimeMask;
  opened_s_ -= static_cast<std::uint32_t>(std::min<std::uint64_t>(opened_s_, saved.lasted_s));
  bytes_in_ = saved.bytes_in;
  bytes_out_ = saved.bytes_out;
  input_ended_ = saved.has_input_ended;
  ends_output_ = saved.ends_output;
  // Whatever its edges told the other process, there may be bytes, and an end behind them (L2).
  can_read_ = has_end_hint_ = true;
  if (!saved.outbox.empty()) write(saved.outbox);
  StateReader state(saved.handler);
  handler_->restore(*this, state);
  if (!state.is_good()) return close(CloseReason::internal_error);
  if (may_read()) worker_.queue_ready(*this);
  touch();
}

}  // namespace grotto
