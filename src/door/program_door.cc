#include "door/program_door.h"

#include <utility>

#include "line/text.h"
#include "net/worker.h"

namespace grotto {

ProgramDoor::ProgramDoor(Service& service, std::string name, OnClosed on_closed)
    : service_(service), name_(std::move(name)), on_closed_(std::move(on_closed)) {}

void ProgramDoor::on_open(Connection& connection) {
  connection_ = &connection;
  connection.count_as(DoorKind::program);
  framer_ = LineFramer(connection.worker().limits().line_bytes_max);
  connection.follow(&feed_);
  service_.on_open(*this);
}

// ---- The way in --------------------------------------------------------------------------------

void ProgramDoor::on_bytes(Connection& /*connection*/, std::string_view bytes) {
  take_input(bytes);
}

void ProgramDoor::take_input(std::string_view input) {
  while (!input.empty() && !is_ending()) {
    if (is_outbox_full()) {
      is_choked_ = true;
    } else {
      std::string_view line;
      switch (framer_.next(input, line)) {
        case LineFramer::Next::line: take_line(line); break;
        case LineFramer::Next::too_long: refuse_long_line(); break;
        case LineFramer::Next::need_more: break;
      }
    }
    if (!is_holding_ && !is_choked_) continue;
    pending_ = input;
    connection_->pause_reading();
    return;
  }
}

void ProgramDoor::refuse_long_line() {
  if (const auto count = long_lines_.pass(connection_->worker().wheel().now_ms())) {
    log::warning("a bot's line is too long and was not said", {{"bot", name_}, {"count", *count}});
  }
}

/// False if the line is held.
bool ProgramDoor::take_line(std::string_view line) {
  std::string scratch;
  return offer(clean_text(line, scratch, connection_->worker().limits().line_bytes_max));
}

bool ProgramDoor::offer(std::string_view text) {
  if (service_.on_line(*this, text) == Taken::yes) {
    connection_->worker().counters().lines_in.add();
    return true;
  }
  held_line_ = text;
  is_holding_ = true;
  // Who is throttled reads in small pieces, so that little is ever pending.
  connection_->set_read_limit(connection_->worker().limits().line_bytes_max);
  return false;
}

void ProgramDoor::resume() {
  if (is_holding_ && !is_ending()) connection_->worker().wheel().arm(*this, 0);
}

void ProgramDoor::on_outbox_low(Connection& connection) {
  if (is_choked_ && !is_ending()) connection.worker().wheel().arm(*this, 0);
}

void ProgramDoor::on_timer() {
  connection_->attempt([this] { on_due(); });
}

void ProgramDoor::on_due() {
  if (is_ending()) return;
  if (is_holding_) {
    is_holding_ = false;
    const std::string line = std::exchange(held_line_, {});
    if (!offer(line)) return;
  }
  is_choked_ = false;
  const std::string pending = std::exchange(pending_, {});
  take_input(pending);
  if (is_holding_ || is_choked_ || is_ending()) return;
  connection_->resume_reading();
  if (has_input_ended_) take_last_line();
}

bool ProgramDoor::is_outbox_full() const noexcept {
  return connection_->outbox_bytes() > connection_->worker().limits().outbox_bytes_max;
}

// ---- The way out -------------------------------------------------------------------------------

void ProgramDoor::write(std::string_view bytes) {
  std::string text(bytes);
  ProgramFeed::end_with_lf(text, 0);
  connection_->write(text);
}

void ProgramDoor::write_line(std::string_view text) {
  log::debug("told a bot", {{"bot", name_}, {"text", text}});
}

std::size_t ProgramDoor::outbox_bytes() const noexcept {
  return connection_->outbox_bytes();
}

void ProgramDoor::follow(Feed* feed) {
  feed_.set_inner(feed);
  connection_->touch();
}

// ---- The end -----------------------------------------------------------------------------------

void ProgramDoor::finish(CloseReason reason, std::string_view last_line) {
  if (is_ending()) return;
  if (!last_line.empty()) write_line(last_line);
  connection_->finish(reason);
}

void ProgramDoor::on_end_of_input(Connection& /*connection*/) {
  has_input_ended_ = true;
  if (!is_ending() && !is_holding_ && !is_choked_) take_last_line();
}

/// The last unterminated line still counts.
void ProgramDoor::take_last_line() {
  std::string_view line;
  if (framer_.flush(line) && !take_line(line)) return;
  if (!is_ending()) service_.on_end_of_input(*this);
}

void ProgramDoor::on_stopping(Connection& /*connection*/) {
  if (is_ending()) return;
  service_.on_stopping(*this);
  finish(CloseReason::server_stopping, {});
}

void ProgramDoor::on_closed(Connection& /*connection*/, CloseReason reason) {
  cancel();
  service_.on_closed(*this, reason);
  on_closed_(reason);
}

}  // namespace grotto
