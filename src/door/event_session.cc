#include "door/event_session.h"

#include "line/frame.h"
#include "line/text.h"
#include "net/worker.h"

namespace grotto {

void EventSession::on_open(Connection& connection) {
  connection_ = &connection;
  connection.count_as(DoorKind::events);
  connection.worker().wheel().arm(*this, connection.worker().limits().event_comment_ms);
  stream_->start(*this);
}

void EventSession::on_timer() {
  connection_->attempt([this] { on_due(); });
}

void EventSession::on_due() {
  if (is_ending()) return;
  // Where room lines move there is no need, and in front of a peer that reads none no use.
  if (connection_->outbox_bytes() == 0) connection_->write(": still here\n\n");
  connection_->worker().wheel().arm(*this, connection_->worker().limits().event_comment_ms);
}

void EventSession::write_line(std::string_view text) {
  std::string scratch;
  std::string event;
  append_frame(Framing::events, clean_text(text, scratch), event);
  connection_->worker().counters().lines_out.add();
  connection_->write(event);
}

void EventSession::finish(CloseReason reason, std::string_view last_line) {
  if (is_ending()) return;
  if (!last_line.empty()) write_line(last_line);
  connection_->finish(reason);
}

void EventSession::on_closed(Connection& /*connection*/, CloseReason /*reason*/) {
  cancel();
  stream_.reset();
}

}  // namespace grotto
