#include "client/terminal/terminal_client.h"

#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <utility>

#include "client/chat/commands.h"
#include "client/chat/phrasing.h"
#include "client/link/write_all.h"
#include "client/terminal/terminal_mode.h"
#include "client/terminal/wide_text.h"
#include "line/text.h"
#include "net/worker.h"

namespace grotto::client {

namespace {

/// A flood of lines is written in pieces of that size, so that keys are seen in between.
constexpr std::size_t kShownMax = 256 * 1024;

ScreenSize terminal_size() noexcept {
  winsize size{};
  ScreenSize found;
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return found;
  if (size.ws_col > 0) found.columns = size.ws_col;
  if (size.ws_row > 0) found.rows = size.ws_row;
  return found;
}

}  // namespace

TerminalClient::TerminalClient(Worker& worker, Setup setup)
    : worker_(worker),
      setup_(std::move(setup)),
      painter_(setup_.has_colors),
      screen_(terminal_size()) {
  worker_.add_tick_hook(*this);
}

TerminalClient::~TerminalClient() {
  worker_.remove_tick_hook(*this);
}

Result<Done> TerminalClient::start(const MakeConversation& make) {
  talk_ = make(*this);
  LineEditor::Setup editor;
  editor.keys = setup_.keys;
  editor.history_file = setup_.history_file;
  editor.complete = [this](const std::string& word, bool is_first) {
    return talk_->complete(word, is_first);
  };
  editor.may_keep = [this](const std::string& line) {
    return !talk_->asks_secret() && !holds_secret(line);
  };
  auto opened = LineEditor::open(std::move(editor));
  if (!opened) return opened.error();
  editor_ = std::move(*opened);
  if (auto done = TerminalMode::open(STDIN_FILENO); !done) return done;
  TerminalMode::set_raw();
  keys_ = std::make_unique<InputReader>(worker_, STDIN_FILENO,
                                        [this](std::string_view bytes) { on_keys(bytes); });
  resized_ = SignalWatcher::watch(worker_, SIGWINCH, [this] { on_resize(); });
  continued_ = SignalWatcher::watch(worker_, SIGCONT, [this] { come_back(); });
  talk_->start();
  return Done{};
}

// ---- Keys --------------------------------------------------------------------------------------

void TerminalClient::on_keys(std::string_view bytes) {
  if (is_over_) return;
  is_stale_ = true;
  if (bytes.empty()) return on_over(0, {});  // the terminal is gone
  for (const LineEditor::Event& event : editor_->feed(bytes)) {
    if (is_over_) return;
    handle(event);
  }
}

void TerminalClient::handle(const LineEditor::Event& event) {
  if (event.kind != LineEditor::Event::Kind::interrupt) interrupts_ = 0;
  switch (event.kind) {
    case LineEditor::Event::Kind::line: return talk_->on_typed(event.text);
    case LineEditor::Event::Kind::interrupt: return on_interrupt(event.text);
    case LineEditor::Event::Kind::end: return talk_->leave();
    case LineEditor::Event::Kind::suspend: return suspend();
    case LineEditor::Event::Kind::clear: return write(screen_.clear(input()));
    case LineEditor::Event::Kind::quit:
      write(screen_.erase());
      static_cast<void>(::raise(SIGQUIT));  // as from a terminal; its handler restores it first
      return;
    case LineEditor::Event::Kind::choices: {
      std::string scratch;
      ShownLine line;
      line.parts.push_back({std::string(clean_text(event.text, scratch)), Look::client});
      shown_ += painter_.paint(line);
      return;
    }
    case LineEditor::Event::Kind::bell: return write("\a");
  }
}

void TerminalClient::on_interrupt(const std::string& typed) {
  if (!typed.empty()) {
    interrupts_ = 0;
    return;  // the line is cleared
  }
  if (++interrupts_ >= 2) return talk_->leave();
  show(own_words("press Ctrl-C again, or Ctrl-D, to leave"));
}

void TerminalClient::suspend() {
  refresh();
  write(screen_.erase());
  TerminalMode::restore();
  // The whole job, as if the terminal had done it. Where nobody could continue us (no job control)
  // the kernel ignores it, and we go on at once.
  ::kill(0, SIGTSTP);
  come_back();
}

void TerminalClient::come_back() {
  if (is_over_) return;
  TerminalMode::set_raw();
  screen_.forget();
  on_resize();
}

void TerminalClient::on_resize() {
  screen_.resize(terminal_size());
  is_stale_ = true;
}

// ---- The screen --------------------------------------------------------------------------------

void TerminalClient::show(const ShownLine& line) {
  if (setup_.log != nullptr) {
    setup_.log->add(line.text());
    const std::string fault = setup_.log->take_fault();
    if (!fault.empty()) shown_ += painter_.paint(own_words(fault));
  }
  shown_ += painter_.paint(line);
  is_stale_ = true;
  if (shown_.size() >= kShownMax) refresh();
}

Screen::Input TerminalClient::input() {
  Screen::Input made;
  const std::string status = talk_->status();
  std::string scratch;
  if (!status.empty()) made.prompt = "[" + std::string(clean_text(status, scratch)) + "] ";
  made.prompt += "> ";
  made.prompt_look = painter_.prompt_look();
  made.typed = editor_->typed();
  made.typed.is_secret = talk_->asks_secret();
  return made;
}

void TerminalClient::refresh() {
  if (editor_ == nullptr || is_over_ || !std::exchange(is_stale_, false)) return;
  screen_.resize(terminal_size());  // the signal that tells may still be on its way
  write(screen_.show_above(std::exchange(shown_, {}), input()));
}

void TerminalClient::write(std::string_view bytes) {
  static_cast<void>(write_all(STDOUT_FILENO, bytes));
}

void TerminalClient::on_over(int exit_status, const std::string& sentence) {
  if (is_over_) return;
  is_over_ = true;
  status_ = exit_status;
  sentence_ = sentence;
  std::string last = screen_.erase() + std::exchange(shown_, {});
  // What was typed and not entered stays to be seen, and to be copied.
  const std::string half = to_utf8(editor_->typed().text);
  if (!half.empty() && !talk_->asks_secret()) {
    last += painter_.paint(own_words("not sent: " + half));
  }
  write(last);
  TerminalMode::close();
  keys_->pause();
  worker_.post([this] {
    resized_.reset();
    continued_.reset();
    worker_.stop();
  });
}

}  // namespace grotto::client
