// The way out: lines, pieces, and the close frame that is the last.
#include "door/websocket_session.h"
#include "line/text.h"
#include "net/worker.h"

namespace grotto {

namespace {

/// The code that a browser's page is told (RFC 6455 section 7.4.1).
WebSocketCode code_for(CloseReason reason) noexcept {
  switch (reason) {
    case CloseReason::server_stopping: return WebSocketCode::going_away;
    case CloseReason::server_upgraded: return WebSocketCode::restart;
    case CloseReason::slow_reader:
    case CloseReason::server_full: return WebSocketCode::try_later;
    case CloseReason::hello_timeout:
    case CloseReason::idle_timeout:
    case CloseReason::refused:
    case CloseReason::replaced:
    case CloseReason::kicked:
    case CloseReason::banned: return WebSocketCode::policy;
    case CloseReason::bad_hello:
    case CloseReason::tls_failed:
    case CloseReason::tls_timeout:
    case CloseReason::tls_truncated:
    case CloseReason::protocol_error: return WebSocketCode::protocol_error;
    case CloseReason::out_of_memory:
    case CloseReason::internal_error: return WebSocketCode::internal_error;
    case CloseReason::none:
    case CloseReason::peer_closed:
    case CloseReason::peer_reset:
    case CloseReason::peer_vanished:
    case CloseReason::quit:
    case CloseReason::service_ended: break;
  }
  return WebSocketCode::normal;
}

}  // namespace

void WebSocketSession::write(std::string_view bytes) {
  if (!service_.wants_bytes()) {
    connection_->worker().counters().lines_out.add();
    return connection_->write(bytes);  // framed already
  }
  if (is_replying_) {
    extra().reply += bytes;
  } else {
    write_piece(bytes, !is_reply_open_);
  }
}

/// A frame of a message with the opcode of the one that is answered.
void WebSocketSession::write_piece(std::string_view bytes, bool ends_message) {
  const WebSocketOpcode opcode = is_reply_open_       ? WebSocketOpcode::continuation
                                 : decoder_.is_text() ? WebSocketOpcode::text
                                                      : WebSocketOpcode::binary;
  connection_->write(WebSocketHeader(opcode, ends_message, bytes.size()).bytes(), bytes);
  is_reply_open_ = !ends_message;
}

/// No line of the service's: it is told, for what did not arrive is counted in bytes.
void WebSocketSession::write_control(WebSocketOpcode opcode, std::string_view payload) {
  std::string frame;
  append_frame(opcode, payload, frame);
  connection_->write(frame);
  service_.on_door_bytes(*this, frame.size());
}

void WebSocketSession::write_line(std::string_view text) {
  if (is_reply_open_) return;  // no message begins inside another one
  std::string scratch;
  const std::string_view clean = clean_text(text, scratch);
  connection_->worker().counters().lines_out.add();
  connection_->write(WebSocketHeader(WebSocketOpcode::text, true, clean.size()).bytes(), clean);
}

void WebSocketSession::follow(Feed* feed) {
  feed_ = feed;
  if (extra_ != nullptr) {
    auto& closing = extra_->closing;
    if (closing) return closing->set_inner(feed);
  }
  connection_->follow(feed);
}

void WebSocketSession::fail(WebSocketCode code, std::string_view sentence) {
  if (is_ending()) return;
  std::string frame;
  append_close_frame(code, sentence, frame);
  connection_->follow(&extra().closing.emplace(feed_, std::move(frame)));
  connection_->finish(CloseReason::protocol_error);
  service_.on_end_of_input(*this);  // the others hear of it now, not when the peer has closed too
}

void WebSocketSession::finish(CloseReason reason, std::string_view last_line) {
  if (is_ending()) return;
  if (!last_line.empty()) write_line(last_line);
  std::string frame;
  if (has_peer_closed_) {
    append_close_frame(decoder_.code(), {}, frame);
  } else {
    append_close_frame(code_for(reason), to_string(reason), frame);
  }
  connection_->follow(&extra().closing.emplace(feed_, std::move(frame)));
  connection_->finish(reason);
}

}  // namespace grotto
