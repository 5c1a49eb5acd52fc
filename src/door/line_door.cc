// The way in: telnet, framing, holding.
#include "door/line_door.h"

#include <fmt/format.h>

#include <algorithm>

#include "line/text.h"
#include "net/peer_summary.h"
#include "net/worker.h"

namespace grotto {

namespace {
constexpr char kIacByte = '\xFF';
constexpr unsigned kThrottledLines = 16;
}  // namespace

LineDoor::LineDoor(Service& service, DoorSet doors) noexcept
    : service_(service),
      framer_(0),
      may_be_telnet_(doors.telnet),
      begins_telnet_(doors.telnet_first) {}

LineDoor::Extra& LineDoor::extra() {
  if (extra_ == nullptr) extra_ = std::make_unique<Extra>();
  return *extra_;
}

void LineDoor::on_open(Connection& connection) {
  connection_ = &connection;
  connection.count_as(DoorKind::plain);
  framer_ = LineFramer(connection.worker().limits().line_bytes_max);
}

void LineDoor::open(bool is_telnet, std::string_view bytes) {
  greet(is_telnet, bytes);
  if (bytes.empty()) return;
  has_had_input_ = true;
  take_input(bytes);
}

/// `bytes`: what has come, which is taken afterwards.
void LineDoor::greet(bool is_telnet, std::string_view bytes) {
  is_open_ = true;
  if (is_telnet) telnet();
  const std::size_t line_bytes_max = connection_->worker().limits().line_bytes_max;
  const std::size_t end = bytes.find_first_of("\r\n");
  if (bytes.starts_with('/') && end != std::string_view::npos && end <= line_bytes_max) {
    is_opening_ = true;
    std::string scratch;
    extra().hello = clean_text(bytes.substr(0, end), scratch, line_bytes_max);
  }
  service_.on_open(*this);
  if (is_opening_) extra_->hello.clear();
  is_opening_ = false;
  if (begins_telnet_ && !is_ending()) start_telnet();
}

void LineDoor::on_timer() {
  connection_->attempt([this] { on_due(); });
}

void LineDoor::on_due() {
  if (!is_ending()) is_choked_ ? take_pending() : offer_held();
}

void LineDoor::on_bytes(Connection& /*connection*/, std::string_view bytes) {
  if (!has_had_input_) {
    const Hello hello = classify_hello(bytes, connection_->worker().limits().line_bytes_max);
    if (hello == Hello::tls || hello == Hello::ssh || hello == Hello::http) return refuse(hello);
  }
  has_had_input_ = true;
  take_input(bytes);
}

/// Somebody who was greeted as a person speaks something else.
void LineDoor::refuse(Hello hello) {
  cancel();
  // A browser gets no answer that could pass for a page.
  finish(CloseReason::bad_hello, hello == Hello::http ? std::string_view() : sentence(hello));
}

// ---- Input -------------------------------------------------------------------------------------

void LineDoor::take_input(std::string_view input) {
  while (!input.empty() && !is_ending()) {
    if (is_outbox_full()) return choke(input);
    std::size_t taken = 0;
    if (extra_ != nullptr && extra_->telnet != nullptr) {
      taken = take_telnet_step(input);
    } else {
      const std::size_t iac = may_be_telnet_ ? input.find(kIacByte) : std::string_view::npos;
      if (iac == 0) {
        telnet();  // from here on
        continue;
      }
      taken = take_data(input.substr(0, iac));
    }
    input.remove_prefix(taken);
    if (is_holding_) return hold_rest(input);
  }
}

/// Returns how many bytes of `input` are used up.
std::size_t LineDoor::take_telnet_step(std::string_view input) {
  std::string_view rest = input;
  std::string_view data;
  std::string replies;
  const Telnet::Step step = extra_->telnet->next(rest, data, replies);
  if (!replies.empty()) connection_->write(replies);
  switch (step) {
    case Telnet::Step::data: {
      const auto before = static_cast<std::size_t>(data.data() - input.data());
      const std::size_t taken = take_data(data);
      if (taken < data.size()) return before + taken;
      break;
    }
    case Telnet::Step::drop_line:
    case Telnet::Step::erase_character: {
      const bool is_drop = step == Telnet::Step::drop_line;
      if (extra_->editor != nullptr) {
        show_editor();
        std::string echo;
        is_drop ? extra_->editor->drop_line(echo) : extra_->editor->erase_character(echo);
        connection_->write(echo);
      } else {
        is_drop ? framer_.drop_line() : framer_.erase_character();
      }
      break;
    }
    case Telnet::Step::changed: settle_mode(); break;
    case Telnet::Step::need_more: return input.size();
  }
  return input.size() - rest.size();
}

/// Returns how many bytes of `data` are used up: all, unless a line is held, the outbox is full or
/// the session ends.
std::size_t LineDoor::take_data(std::string_view data) {
  const std::size_t size = data.size();
  while (!data.empty() && !is_ending() && !is_holding_ && !is_outbox_full()) {
    std::string_view line;
    if (extra_ != nullptr && extra_->editor != nullptr) {
      show_editor();
      std::string echo;
      const LineEditor::Next next = extra_->editor->next(data, line, echo);
      connection_->write(echo);
      switch (next) {
        case LineEditor::Next::line: take_line(line); break;
        case LineEditor::Next::too_long: refuse_long_line(); break;
        case LineEditor::Next::leave: leave(); break;
        case LineEditor::Next::need_more: break;
      }
      continue;
    }
    const bool is_request = !has_had_line_ && is_request_too_long(data);
    switch (framer_.next(data, line)) {
      case LineFramer::Next::line: take_line(line); break;
      case LineFramer::Next::too_long: is_request ? refuse(Hello::http) : refuse_long_line(); break;
      case LineFramer::Next::need_more: break;
    }
  }
  return size - data.size();
}

/// False if the line is held.
bool LineDoor::take_line(std::string_view line) {
  if (!has_had_line_) {
    has_had_line_ = !line.empty();  // blank ones may come before a request (RFC 9112 section 2.2)
    if (is_http_request_line(line)) {
      refuse(Hello::http);
      return true;
    }
  }
  if (line == "\x04") {
    leave();  // Ctrl-D of a terminal in line mode
    return true;
  }
  std::string scratch;
  const std::string_view text =
      clean_text(line, scratch, connection_->worker().limits().line_bytes_max);
  if (offer(text)) return true;
  hold(text);
  return false;
}

bool LineDoor::offer(std::string_view text) {
  // Its own terminal has not shown that Enter was pressed.
  if (extra_ != nullptr && extra_->is_hiding && extra_->editor == nullptr) write("\r\n");
  if (service_.on_line(*this, text) != Taken::yes) return false;
  connection_->worker().counters().lines_in.add();
  ++lines_in_;
  return true;
}

/// Whether the line that `data` goes on with is one over the limit that begins like a request.
bool LineDoor::is_request_too_long(std::string_view data) const {
  constexpr std::size_t kHeadBytes = 64;
  const std::string_view partial = framer_.partial();
  if (partial.size() + data.size() <= connection_->worker().limits().line_bytes_max) return false;
  std::string head(partial.substr(0, kHeadBytes));
  for (const char byte : data) {
    if (head.size() == kHeadBytes) break;
    // As the framer does: it drops NULs, and a line feed here is the end of the line before.
    if (byte != '\0' && (byte != '\n' || !head.empty())) head += byte;
  }
  return begins_like_http(head);
}

void LineDoor::refuse_long_line() {
  has_had_line_ = true;
  write_line(service_.phrase(*this,
                             fmt::format("Your line is longer than {} bytes and was not sent.",
                                         connection_->worker().limits().line_bytes_max),
                             "too-long"));
}

// ---- Holding -----------------------------------------------------------------------------------

void LineDoor::hold(std::string_view text) {
  extra().held_line = text;
  is_holding_ = true;
  connection_->pause_reading();
  // Who is throttled reads in small pieces, so that little is ever pending.
  connection_->set_read_limit(connection_->worker().limits().line_bytes_max);
  extra_->throttled_lines = kThrottledLines;
}

void LineDoor::hold_rest(std::string_view input) {
  // At most what one read took (Limits::pending_bytes_max): nothing more is read.
  Extra& more = extra();
  more.pending = std::string(input) + more.pending;
}

void LineDoor::resume() {
  if (is_holding_ && !is_ending()) connection_->worker().wheel().arm(*this, 0);
}

void LineDoor::offer_held() {
  if (!is_holding_) return;
  is_holding_ = false;
  const std::string line = std::move(extra_->held_line);
  if (!offer(line)) {
    hold(line);
    return;
  }
  note_taken();
  take_pending();
}

void LineDoor::take_pending() {
  is_choked_ = false;
  const std::string pending = std::move(extra_->pending);
  extra_->pending.clear();
  take_input(pending);
  if (is_holding_ || is_choked_ || is_ending()) return;
  connection_->resume_reading();
  if (has_input_ended_) take_last_line();
}

// One read of short commands can ask for far more than it holds: what has filled the outbox is
// answered no further until the peer has read half of it.

bool LineDoor::is_outbox_full() const noexcept {
  return connection_->outbox_bytes() > connection_->worker().limits().outbox_bytes_max;
}

void LineDoor::choke(std::string_view input) {
  hold_rest(input);
  is_choked_ = true;
  connection_->pause_reading();
}

void LineDoor::on_outbox_low(Connection& connection) {
  if (is_choked_ && !is_ending()) connection.worker().wheel().arm(*this, 0);
}

void LineDoor::note_taken() noexcept {
  if (extra_->throttled_lines == 0) return;
  if (--extra_->throttled_lines > 0) return;
  connection_->set_read_limit(connection_->worker().limits().pending_bytes_max);
}

// ---- The end -----------------------------------------------------------------------------------

void LineDoor::on_end_of_input(Connection& /*connection*/) {
  has_input_ended_ = true;
  if (!is_ending() && !is_holding_ && !is_choked_) take_last_line();
}

/// The last unterminated line still counts, unless somebody may have cut it.
void LineDoor::take_last_line() {
  std::string_view line;
  const bool has_line = extra_ != nullptr && extra_->editor != nullptr ? extra_->editor->flush(line)
                                                                       : framer_.flush(line);
  if (has_line && !connection_->is_truncated() && !take_line(line)) return;
  if (!is_ending()) service_.on_end_of_input(*this);
}

/// 0x04: the others hear of it now, not when the peer has closed too.
void LineDoor::leave() {
  finish(CloseReason::quit, {});
  service_.on_end_of_input(*this);
}

void LineDoor::on_idle(Connection& /*connection*/) {
  finish(CloseReason::idle_timeout,
         service_.phrase(*this, "You were idle for too long. Goodbye!", {}));
}

void LineDoor::on_stopping(Connection& /*connection*/) {
  if (is_ending()) return;
  if (is_open_) service_.on_stopping(*this);
  finish(CloseReason::server_stopping, {});
}

void LineDoor::summarize(PeerSummary& summary) const noexcept {
  if (state() != nullptr) summary.name = state()->name();
  summary.lines_in = lines_in_;
}

void LineDoor::on_closed(Connection& /*connection*/, CloseReason reason) {
  cancel();
  if (is_open_) service_.on_closed(*this, reason);
}

}  // namespace grotto
