// The way out: private lines, telnet's replies, and the half-typed line that they go around.
#include <algorithm>

#include "door/line_door.h"
#include "line/text.h"
#include "net/worker.h"

namespace grotto {

void LineDoor::write(std::string_view bytes) {
  hide_editor();
  const auto lines = std::count(bytes.begin(), bytes.end(), '\n');
  connection_->worker().counters().lines_out.add(static_cast<std::uint64_t>(lines));
  connection_->write(bytes);
}

void LineDoor::write_line(std::string_view text) {
  std::string scratch;
  hide_editor();
  connection_->worker().counters().lines_out.add();
  connection_->write(clean_text(text, scratch), "\r\n");
}

std::size_t LineDoor::outbox_bytes() const noexcept {
  return connection_->outbox_bytes();
}

void LineDoor::follow(Feed* feed) {
  feed_ = feed;
  if (extra_ != nullptr && extra_->redraw != nullptr) {
    extra_->redraw->set_inner(feed);
    connection_->touch();
  } else {
    connection_->follow(feed);
  }
}

void LineDoor::finish(CloseReason reason, std::string_view last_line) {
  if (is_ending()) return;
  if (!last_line.empty()) write_line(last_line);
  connection_->finish(reason);
}

// ---- Telnet and editing ------------------------------------------------------------------------

Telnet& LineDoor::telnet() {
  Extra& more = extra();
  if (more.telnet == nullptr) {
    more.telnet = std::make_unique<Telnet>(connection_->worker().limits().telnet_sub_bytes_max);
    connection_->count_as(DoorKind::telnet);
  }
  return *more.telnet;
}

bool LineDoor::start_telnet() {
  if (!may_be_telnet_) return false;
  std::string replies;
  telnet().start(replies);
  connection_->write(replies);
  return true;
}

bool LineDoor::hide_input(bool is_hidden) {
  if (extra_ == nullptr || extra_->telnet == nullptr) return false;
  if (is_hidden == extra_->is_hiding) return true;
  extra_->is_hiding = is_hidden;
  std::string bytes;
  extra_->telnet->hide(is_hidden, bytes);
  if (extra_->editor != nullptr) {
    hide_editor();
    extra_->editor->set_hidden(is_hidden);
  }
  connection_->write(bytes);
  return true;
}

void LineDoor::settle_mode() {
  Extra& more = extra();
  const bool is_wanted = more.telnet->is_character_mode();
  if (is_wanted && more.editor == nullptr) {
    const Limits& limits = connection_->worker().limits();
    more.editor = std::make_unique<LineEditor>(limits.line_bytes_max, more.telnet->columns());
    more.editor->begin_with(framer_.partial());
    framer_.drop_line();
    more.editor->set_hidden(more.is_hiding);
    more.redraw = std::make_unique<RedrawFeed>(*more.editor, nullptr);
    connection_->follow(more.redraw.get());
    more.redraw->set_inner(feed_);
  } else if (!is_wanted && more.editor != nullptr) {
    hide_editor();
    std::string_view half = more.editor->partial();  // goes on in line mode
    std::string_view line;
    static_cast<void>(framer_.next(half, line));
    more.redraw->set_inner(nullptr);
    connection_->follow(feed_);
    more.redraw.reset();
    more.editor.reset();
  }
  if (more.editor != nullptr) more.editor->set_columns(more.telnet->columns());
}

/// Puts the half-typed line on the screen before keys change it.
void LineDoor::show_editor() {
  if (extra_->redraw->is_drawn()) return;
  std::string bytes;
  extra_->editor->draw(bytes);
  connection_->write(bytes);
  extra_->redraw->set_drawn(true);
}

/// Takes it off before something else is written; the feed draws it again when this tick is
/// flushed.
void LineDoor::hide_editor() {
  if (extra_ == nullptr || extra_->redraw == nullptr || !extra_->redraw->is_drawn()) return;
  std::string bytes;
  extra_->editor->erase(bytes);
  connection_->write(bytes);
  extra_->redraw->set_drawn(false);
}

}  // namespace grotto
