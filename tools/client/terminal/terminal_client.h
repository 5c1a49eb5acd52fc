// TerminalClient: the client at a terminal: keys to the editor, its lines to the conversation, what
// the conversation shows onto the screen. Threads: its worker's only.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "client/chat/conversation.h"
#include "client/link/line_log.h"
#include "client/terminal/line_editor.h"
#include "client/terminal/painter.h"
#include "client/terminal/screen.h"
#include "net/input_reader.h"
#include "net/signal_watcher.h"
#include "net/worker.h"

namespace grotto::client {

class TerminalClient final : public View, private TickHook {
 public:
  struct Setup {
    KeyMap keys = KeyMap::emacs;
    bool has_colors = true;
    std::string history_file;
    LineLog* log = nullptr;  // may be null
  };
  /// Makes the conversation that shows itself in `view`.
  using MakeConversation = std::function<std::unique_ptr<Conversation>(View& view)>;

  TerminalClient(Worker& worker, Setup setup);
  TerminalClient(const TerminalClient&) = delete;
  TerminalClient& operator=(const TerminalClient&) = delete;
  ~TerminalClient();

  /// Begins; the worker is stopped when it is over. Errors: no terminal, or none to edit in.
  Result<Done> start(const MakeConversation& make);
  [[nodiscard]] int exit_status() const noexcept { return status_; }
  [[nodiscard]] const std::string& sentence() const noexcept { return sentence_; }

  // View
  void show(const ShownLine& line) override;
  void on_status_changed() override { is_stale_ = true; }
  void on_over(int exit_status, const std::string& sentence) override;

 private:
  // Once a tick, however much was shown.
  void on_tick_end() override { refresh(); }
  void on_keys(std::string_view bytes);
  void handle(const LineEditor::Event& event);
  void on_interrupt(const std::string& typed);
  void suspend();
  void come_back();
  void on_resize();
  /// Writes what was shown since the last time, and the input as it is now.
  void refresh();
  [[nodiscard]] Screen::Input input();
  void write(std::string_view bytes);

  Worker& worker_;
  const Setup setup_;
  const Painter painter_;
  Screen screen_;
  std::unique_ptr<LineEditor> editor_;
  std::unique_ptr<Conversation> talk_;
  std::unique_ptr<InputReader> keys_;
  std::unique_ptr<SignalWatcher> resized_;
  std::unique_ptr<SignalWatcher> continued_;
  std::string shown_;  // not written yet
  bool is_stale_ = true;
  bool is_over_ = false;
  int interrupts_ = 0;  // Ctrl-C on an empty line, one after the other
  int status_ = 0;
  std::string sentence_;
};

}  // namespace grotto::client
