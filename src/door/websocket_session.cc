// The way in: frames, lines, holding, deadlines.
#include "door/websocket_session.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "line/text.h"
#include "net/peer_summary.h"
#include "net/worker.h"

namespace grotto {

namespace {

std::uint32_t message_bytes_max(const Service& service, const Limits& limits) noexcept {
  return static_cast<std::uint32_t>(service.wants_bytes() ? limits.websocket_binary_bytes_max
                                                          : limits.websocket_message_bytes_max);
}

WebSocketDecoder::Accepts accepts(const Service& service) noexcept {
  return service.wants_bytes() ? WebSocketDecoder::Accepts::text_and_binary
                               : WebSocketDecoder::Accepts::text;
}

}  // namespace

WebSocketSession::WebSocketSession(Service& service, const Limits& limits) noexcept
    : service_(service),
      framer_(limits.line_bytes_max),
      decoder_(message_bytes_max(service, limits), accepts(service)) {}

WebSocketSession::~WebSocketSession() = default;

WebSocketSession::Extra& WebSocketSession::extra() {
  if (extra_ == nullptr) extra_ = std::make_unique<Extra>(*this);
  return *extra_;
}

const Limits& WebSocketSession::limits() const noexcept {
  return connection_->worker().limits();
}

// ---- Frames ------------------------------------------------------------------------------------

void WebSocketSession::on_open(Connection& connection) {
  connection_ = &connection;
  connection.count_as(DoorKind::websocket);
  last_message_ms_ = connection.worker().wheel().now_ms();
  arm_deadline(limits().websocket_ping_ms);
  is_open_ = true;
  service_.on_open(*this);
}

void WebSocketSession::on_bytes(Connection& /*connection*/, std::string_view bytes) {
  missed_pings_ = 0;
  std::string input(bytes);  // it is unmasked in place
  take_input(input);
}

void WebSocketSession::take_input(std::span<char> input) {
  while (!is_ending()) {
    if (is_outbox_full()) {
      is_choked_ = true;
      return hold_input(input);
    }
    switch (decoder_.next(input)) {
      case WebSocketDecoder::Next::need_more: return;
      case WebSocketDecoder::Next::data: take_data(); break;
      case WebSocketDecoder::Next::ping: take_ping(); break;
      case WebSocketDecoder::Next::pong: break;
      case WebSocketDecoder::Next::close: return take_close();
      case WebSocketDecoder::Next::fault: return fail(decoder_.code(), decoder_.payload());
    }
    if (is_stuck()) return hold_input(input);
  }
}

void WebSocketSession::take_data() {
  last_message_ms_ = connection_->worker().wheel().now_ms();
  if (service_.wants_bytes()) return take_bytes(decoder_.payload());
  static_cast<void>(take_text(decoder_.payload(), decoder_.ends_message()));
}

void WebSocketSession::take_ping() {
  const auto second = static_cast<std::uint32_t>(connection_->worker().wheel().now_ms() / 1000);
  pings_ = second == ping_second_ ? static_cast<std::uint16_t>(pings_ + 1) : std::uint16_t{1};
  ping_second_ = second;
  if (pings_ > limits().websocket_pings_per_second_max) {
    return fail(WebSocketCode::policy, "too many pings");
  }
  write_control(WebSocketOpcode::pong, decoder_.payload());
}

/// The peer's last frame: it is answered with its own code (RFC 6455 section 5.5.1).
void WebSocketSession::take_close() {
  has_peer_closed_ = true;
  leave();
}

void WebSocketSession::on_end_of_input(Connection& /*connection*/) {
  has_input_ended_ = true;
  if (!is_ending() && !is_stuck()) leave();
}

void WebSocketSession::leave() {
  service_.on_end_of_input(*this);
  finish(CloseReason::peer_closed, {});
}

// ---- Lines -------------------------------------------------------------------------------------

/// False if something of it is held.
bool WebSocketSession::take_text(std::string_view text, bool ends_message) {
  while (!text.empty() && !is_ending()) {
    if (is_outbox_full()) {
      is_choked_ = true;
      hold_text(text, ends_message);
      return false;
    }
    std::string_view line;
    switch (framer_.next(text, line)) {
      case LineFramer::Next::line:
        has_had_line_ = true;
        if (take_line(line)) break;
        hold_text(text, ends_message);
        return false;
      case LineFramer::Next::too_long:
        has_had_line_ = true;
        refuse_long_line();
        break;
      case LineFramer::Next::need_more: break;
    }
  }
  if (!ends_message || is_ending()) return true;
  std::string_view line;
  const bool has_line = framer_.flush(line);
  const bool is_blank = !has_line && !has_had_line_;
  has_had_line_ = false;
  return (!has_line && !is_blank) || take_line(line);
}

/// False if the line is held.
bool WebSocketSession::take_line(std::string_view line) {
  std::string scratch;
  const std::string_view text = clean_text(line, scratch, limits().line_bytes_max);
  if (offer(text)) return true;
  extra().held_line = text;
  is_holding_ = true;
  return false;
}

bool WebSocketSession::offer(std::string_view text) {
  if (service_.on_line(*this, text) != Taken::yes) return false;
  connection_->worker().counters().lines_in.add();
  ++lines_in_;
  return true;
}

void WebSocketSession::refuse_long_line() {
  write_line(service_.phrase(
      *this,
      fmt::format("Your line is longer than {} bytes and was not sent.", limits().line_bytes_max),
      "too-long"));
}

// ---- Bytes -------------------------------------------------------------------------------------

void WebSocketSession::take_bytes(std::string_view bytes) {
  const bool is_empty_message = decoder_.begins_message() && bytes.empty();
  is_replying_ = true;
  if (!bytes.empty()) service_.on_bytes(*this, bytes);
  is_replying_ = false;
  const std::string reply = extra_ != nullptr ? std::exchange(extra_->reply, {}) : std::string();
  if (reply.empty() && !is_reply_open_ && !is_empty_message) return;
  write_piece(reply, decoder_.ends_message());
}

// ---- Holding -----------------------------------------------------------------------------------

void WebSocketSession::hold_text(std::string_view text, bool ends_message) {
  Extra& more = extra();
  more.pending_text = text;
  more.ends_pending_message = ends_message;
}

void WebSocketSession::hold_input(std::span<char> input) {
  // At most what one read took (Limits::pending_bytes_max): nothing more is read.
  extra().pending.assign(input.data(), input.size());
  connection_->pause_reading();
  // Who is throttled reads in small pieces from now on, so that little is ever pending.
  if (is_holding_) connection_->set_read_limit(limits().line_bytes_max);
}

void WebSocketSession::resume() {
  if (is_holding_ && !is_ending()) connection_->worker().wheel().arm(extra().again, 0);
}

void WebSocketSession::on_outbox_low(Connection& connection) {
  if (is_choked_ && !is_ending()) connection.worker().wheel().arm(extra().again, 0);
}

void WebSocketSession::go_on() {
  connection_->attempt([this] { continue_held(); });
}

void WebSocketSession::continue_held() {
  if (is_ending()) return;
  Extra& more = *extra_;
  if (is_holding_) {
    is_holding_ = false;
    const std::string line = std::exchange(more.held_line, {});
    if (!offer(line)) {
      more.held_line = line;
      is_holding_ = true;
      return;
    }
  }
  is_choked_ = false;
  const std::string text = std::exchange(more.pending_text, {});
  const bool ends_message = std::exchange(more.ends_pending_message, false);
  if ((!text.empty() || ends_message) && !take_text(text, ends_message)) return;
  std::string input = std::exchange(more.pending, {});
  take_input(input);
  if (is_stuck() || is_ending()) return;
  connection_->set_read_limit(limits().pending_bytes_max);
  connection_->resume_reading();
  if (has_input_ended_) leave();
}

bool WebSocketSession::is_outbox_full() const noexcept {
  return connection_->outbox_bytes() > limits().outbox_bytes_max;
}

// ---- Deadlines ---------------------------------------------------------------------------------

std::uint64_t WebSocketSession::idle_ms() const noexcept {
  return connection_->worker().wheel().now_ms() - last_message_ms_;
}

/// Pongs are no sign of a person: the connection's own idle timeout does not see one who sleeps.
void WebSocketSession::arm_deadline(std::uint64_t ping_in_ms) {
  std::uint64_t delay_ms = ping_in_ms;
  const std::uint64_t idle_timeout_ms = limits().idle_timeout_ms;
  if (idle_timeout_ms > 0) {
    delay_ms = std::min(delay_ms, idle_timeout_ms - std::min(idle_ms(), idle_timeout_ms));
  }
  connection_->worker().wheel().arm(*this, delay_ms);
}

void WebSocketSession::on_timer() {
  connection_->attempt([this] { on_due(); });
}

void WebSocketSession::on_due() {
  if (is_ending()) return;
  const std::uint64_t idle_timeout_ms = limits().idle_timeout_ms;
  // Of whom nothing is read, nothing can be heard.
  if (connection_->is_paused()) {
    last_message_ms_ = connection_->worker().wheel().now_ms();
    return arm_deadline(limits().websocket_ping_ms);
  }
  if (idle_timeout_ms > 0 && idle_ms() >= idle_timeout_ms) return on_idle(*connection_);
  const std::uint64_t silent_ms = connection_->idle_ms();
  const std::uint64_t ping_ms = limits().websocket_ping_ms;
  const std::uint64_t next_ms = ping_ms * (missed_pings_ + 1U);
  if (silent_ms < next_ms) return arm_deadline(next_ms - silent_ms);
  if (missed_pings_ >= limits().websocket_missed_pings_max) {
    return connection_->close(CloseReason::peer_vanished);
  }
  ++missed_pings_;
  write_control(WebSocketOpcode::ping, {});
  arm_deadline(ping_ms);
}

void WebSocketSession::on_idle(Connection& /*connection*/) {
  finish(CloseReason::idle_timeout,
         service_.phrase(*this, "You were idle for too long. Goodbye!", {}));
}

void WebSocketSession::on_stopping(Connection& /*connection*/) {
  if (is_ending()) return;
  service_.on_stopping(*this);
  finish(CloseReason::server_stopping, {});
}

void WebSocketSession::summarize(PeerSummary& summary) const noexcept {
  if (state() != nullptr) summary.name = state()->name();
  if (!service_.wants_bytes()) summary.lines_in = lines_in_;
}

void WebSocketSession::on_closed(Connection& /*connection*/, CloseReason reason) {
  cancel();
  if (is_open_) service_.on_closed(*this, reason);
}

}  // namespace grotto
