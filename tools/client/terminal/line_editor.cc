#include "client/terminal/line_editor.h"

#include <fcntl.h>
#include <histedit.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sysexits.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "base/check.h"
#include "client/terminal/typed_history.h"
#include "client/terminal/wide_text.h"

namespace grotto::client {

namespace {

/// A terminal that nobody sees, and a stream that goes nowhere.
struct HiddenTerminal {
  HiddenTerminal() = default;
  HiddenTerminal(const HiddenTerminal&) = delete;
  HiddenTerminal& operator=(const HiddenTerminal&) = delete;
  ~HiddenTerminal() {
    if (nowhere != nullptr) std::fclose(nowhere);
    if (slave >= 0) ::close(slave);
    if (master >= 0) ::close(master);
  }
  bool open() {
    master = ::posix_openpt(O_RDWR | O_NOCTTY);
    if (master < 0 || ::grantpt(master) != 0 || ::unlockpt(master) != 0) return false;
    // NOLINTNEXTLINE(concurrency-mt-unsafe): once, before the thread runs.
    const char* const name = ::ptsname(master);
    slave = name == nullptr ? -1 : ::open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (slave < 0) return false;
    ::fcntl(master, F_SETFD, FD_CLOEXEC);
    const winsize size{.ws_row = 8, .ws_col = 500, .ws_xpixel = 0, .ws_ypixel = 0};
    ::ioctl(slave, TIOCSWINSZ, &size);
    nowhere = std::fopen("/dev/null", "r+e");
    return nowhere != nullptr;
  }
  int master = -1;
  int slave = -1;
  std::FILE* nowhere = nullptr;
};

class LibeditEditor final : public LineEditor {
 public:
  explicit LibeditEditor(Setup setup) : setup_(std::move(setup)), kept_(setup_.history_file) {}
  LibeditEditor(const LibeditEditor&) = delete;
  LibeditEditor& operator=(const LibeditEditor&) = delete;
  ~LibeditEditor() override;

  Result<Done> start();

  std::vector<Event> feed(std::string_view bytes) override;
  TypedLine typed() override;

 private:
  enum class Turn : std::uint8_t { owner, libedit };
  using Function = unsigned char (*)(EditLine*, wint_t);

  static LibeditEditor& of(EditLine* edit);
  template <Event::Kind kind>
  static unsigned char on_key(EditLine* edit, wint_t /*key*/);
  static unsigned char on_interrupt(EditLine* edit, wint_t key);
  static unsigned char on_tab(EditLine* edit, wint_t key);
  static int on_read(EditLine* edit, wchar_t* key);

  void bind_keys();
  void add_function(const wchar_t* name, const wchar_t* help, Function function,
                    const wchar_t* key);
  void run();
  void take_line(const wchar_t* line, int size);
  void remember(const std::string& line);
  void complete();
  int next_key(wchar_t& key);
  void give_turn_to_libedit();
  [[nodiscard]] std::wstring text() const;

  const Setup setup_;
  const TypedHistory kept_;
  HiddenTerminal terminal_;
  EditLine* edit_ = nullptr;
  HistoryW* history_ = nullptr;
  Utf8Decoder decoder_;

  std::mutex mutex_;  // guards the turn, and with it all that follows
  std::condition_variable turn_changed_;
  Turn turn_ = Turn::owner;
  bool is_closing_ = false;
  std::deque<wchar_t> keys_;
  std::vector<Event> events_;
  bool is_interrupted_ = false;
  std::thread thread_;
};

LibeditEditor::~LibeditEditor() {
  if (thread_.joinable()) {
    {
      const std::lock_guard lock(mutex_);
      is_closing_ = true;
      turn_ = Turn::libedit;
    }
    turn_changed_.notify_all();
    thread_.join();
  }
  if (edit_ != nullptr) ::el_end(edit_);
  if (history_ != nullptr) ::history_wend(history_);
}

Result<Done> LibeditEditor::start() {
  if (!terminal_.open()) {
    return Error{std::string("cannot edit lines: no pseudo-terminal: ") + std::strerror(errno),
                 EX_OSERR};
  }
  // Of a dumb terminal, which this one is: libedit binds the arrow keys of ECMA-48 whatever the
  // kind is, and to read a richer description leaks memory in tinfo.
  const char* const found = std::getenv("TERM");  // NOLINT(concurrency-mt-unsafe): no other thread
  const std::string kind = found == nullptr ? "" : found;
  ::setenv("TERM", "dumb", 1);  // NOLINT(concurrency-mt-unsafe)
  edit_ = ::el_init_fd("grotto", terminal_.nowhere, terminal_.nowhere, terminal_.nowhere,
                       terminal_.slave, terminal_.slave, terminal_.slave);
  found == nullptr ? ::unsetenv("TERM") : ::setenv("TERM", kind.c_str(), 1);  // NOLINT
  history_ = ::history_winit();
  if (edit_ == nullptr || history_ == nullptr) {
    return Error{"cannot edit lines: out of memory", EX_OSERR};
  }
  ::el_wset(edit_, EL_CLIENTDATA, this);
  ::el_wset(edit_, EL_SIGNAL, 0);
  ::el_wset(edit_, EL_GETCFN, on_read);
  HistEventW event{};
  ::history_w(history_, &event, H_SETSIZE, static_cast<int>(TypedHistory::kLinesMax));
  ::history_w(history_, &event, H_SETUNIQUE, 1);
  ::el_wset(edit_, EL_HIST, history_w, history_);
  for (const std::string& line : kept_.load()) {
    ::history_w(history_, &event, H_ENTER, to_wide(line).c_str());
  }
  ::el_wset(edit_, EL_EDITOR, setup_.keys == KeyMap::vi ? L"vi" : L"emacs");
  if (setup_.reads_editrc) ::el_source(edit_, nullptr);
  bind_keys();
  // Signals are the owner's.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  turn_ = Turn::libedit;
  thread_ = std::thread([this] { run(); });
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  give_turn_to_libedit();
  return Done{};
}

void LibeditEditor::add_function(const wchar_t* name, const wchar_t* help, Function function,
                                 const wchar_t* key) {
  ::el_wset(edit_, EL_ADDFN, name, help, function);
  ::el_wset(edit_, EL_BIND, key, name, nullptr);
  ::el_wset(edit_, EL_BIND, L"-a", key, name, nullptr);  // vi's command mode
}

void LibeditEditor::bind_keys() {
  add_function(L"grotto-interrupt", L"Clear the line", on_interrupt, L"^C");
  add_function(L"grotto-suspend", L"Stop", on_key<Event::Kind::suspend>, L"^Z");
  add_function(L"grotto-clear", L"Clear the screen", on_key<Event::Kind::clear>, L"^L");
  add_function(L"grotto-quit", L"Quit", on_key<Event::Kind::quit>, L"^\\");
  add_function(L"grotto-complete", L"Complete a name or a command", on_tab, L"^I");
  // These start an editor on our terminal, or take commands for libedit's own.
  ::el_wset(edit_, EL_BIND, L"-a", L"-r", L"v", nullptr);
  ::el_wset(edit_, EL_BIND, L"-a", L"-r", L":", nullptr);
  ::el_wset(edit_, EL_BIND, L"-a", L"-r", L"@", nullptr);
  ::el_wset(edit_, EL_BIND, L"-r", L"\\ex", nullptr);
  ::el_wset(edit_, EL_BIND, L"-r", L"\\eX", nullptr);
  const char* editor = nullptr;
  ::el_get(edit_, EL_EDITOR, &editor);
  if (editor != nullptr && std::string_view(editor) == "vi") return;
  constexpr std::array<std::pair<const wchar_t*, const wchar_t*>, 14> kKeys{{
      {L"\\e[1~", L"ed-move-to-beg"},
      {L"\\e[7~", L"ed-move-to-beg"},
      {L"\\e[H", L"ed-move-to-beg"},
      {L"\\eOH", L"ed-move-to-beg"},
      {L"\\e[4~", L"ed-move-to-end"},
      {L"\\e[8~", L"ed-move-to-end"},
      {L"\\e[F", L"ed-move-to-end"},
      {L"\\eOF", L"ed-move-to-end"},
      {L"\\e[3~", L"ed-delete-next-char"},
      {L"\\e[1;5C", L"em-next-word"},
      {L"\\e[1;5D", L"ed-prev-word"},
      {L"\\e[1;3C", L"em-next-word"},
      {L"\\e[1;3D", L"ed-prev-word"},
      {L"^R", L"em-inc-search-prev"},
  }};
  for (const auto& [key, command] : kKeys) {
    ::el_wset(edit_, EL_BIND, key, command, nullptr);
  }
}

// ---- The owner's turn --------------------------------------------------------------------------

std::vector<LineEditor::Event> LibeditEditor::feed(std::string_view bytes) {
  std::wstring keys;
  decoder_.feed(bytes, keys);
  for (const wchar_t key : keys) keys_.push_back(key);
  if (!keys_.empty()) give_turn_to_libedit();
  return std::exchange(events_, {});
}

void LibeditEditor::give_turn_to_libedit() {
  std::unique_lock lock(mutex_);
  turn_ = Turn::libedit;
  turn_changed_.notify_all();
  turn_changed_.wait(lock, [this] { return turn_ == Turn::owner; });
}

TypedLine LibeditEditor::typed() {
  const LineInfoW* const line = ::el_wline(edit_);
  TypedLine typed;
  typed.text.assign(line->buffer, line->lastchar);
  typed.cursor = static_cast<std::size_t>(line->cursor - line->buffer);
  return typed;
}

// ---- libedit's turn ----------------------------------------------------------------------------

void LibeditEditor::run() {
  for (;;) {
    int size = 0;
    const wchar_t* const line = ::el_wgets(edit_, &size);
    if (is_closing_) return;
    if (std::exchange(is_interrupted_, false)) continue;
    if (line == nullptr || size <= 0) {
      events_.push_back({Event::Kind::end, {}});
    } else {
      take_line(line, size);
    }
  }
}

int LibeditEditor::next_key(wchar_t& key) {
  const LineInfoW* const line = ::el_wline(edit_);
  // Some vi commands of libedit leave the cursor before the line, and the next writes there.
  if (line->cursor < line->buffer) {
    ::el_cursor(edit_, static_cast<int>(line->buffer - line->cursor));
  }
  const bool is_full = static_cast<std::size_t>(line->lastchar - line->buffer) >= kCharactersMax;
  std::unique_lock lock(mutex_);
  for (;;) {
    while (keys_.empty() && !is_closing_) {
      turn_ = Turn::owner;
      turn_changed_.notify_all();
      turn_changed_.wait(lock, [this] { return turn_ == Turn::libedit; });
    }
    if (is_closing_) return 0;
    key = keys_.front();
    keys_.pop_front();
    if (!is_full || key < L' ' || key == L'\x7F') return 1;
    if (events_.empty() || events_.back().kind != Event::Kind::bell) {
      events_.push_back({Event::Kind::bell, {}});
    }
  }
}

int LibeditEditor::on_read(EditLine* edit, wchar_t* key) {
  return of(edit).next_key(*key);
}

LibeditEditor& LibeditEditor::of(EditLine* edit) {
  void* data = nullptr;
  ::el_wget(edit, EL_CLIENTDATA, &data);
  GROTTO_CHECK(data != nullptr);
  return *static_cast<LibeditEditor*>(data);
}

std::wstring LibeditEditor::text() const {
  const LineInfoW* const line = ::el_wline(edit_);
  return {line->buffer, line->lastchar};
}

void LibeditEditor::take_line(const wchar_t* line, int size) {
  std::wstring_view entered(line, static_cast<std::size_t>(size));
  while (!entered.empty() && (entered.back() == L'\n' || entered.back() == L'\r')) {
    entered.remove_suffix(1);
  }
  std::string typed = to_utf8(entered);
  remember(typed);
  events_.push_back({Event::Kind::line, std::move(typed)});
}

void LibeditEditor::remember(const std::string& line) {
  if (line.empty() || line.find('\n') != std::string::npos) return;
  if (setup_.may_keep && !setup_.may_keep(line)) return;
  HistEventW event{};
  if (::history_w(history_, &event, H_ENTER, to_wide(line).c_str()) > 0) kept_.add(line);
}

template <LineEditor::Event::Kind kind>
unsigned char LibeditEditor::on_key(EditLine* edit, wint_t /*key*/) {
  of(edit).events_.push_back({kind, {}});
  return CC_NORM;
}

unsigned char LibeditEditor::on_interrupt(EditLine* edit, wint_t /*key*/) {
  LibeditEditor& self = of(edit);
  self.events_.push_back({Event::Kind::interrupt, to_utf8(self.text())});
  self.is_interrupted_ = true;  // the line that ends now is nobody's; the next begins afresh
  return CC_NEWLINE;
}

unsigned char LibeditEditor::on_tab(EditLine* edit, wint_t /*key*/) {
  of(edit).complete();
  return CC_REFRESH;
}

void LibeditEditor::complete() {
  const LineInfoW* const line = ::el_wline(edit_);
  const std::wstring before(line->buffer, line->cursor);
  const std::size_t blank = before.find_last_of(L" \t");
  const std::size_t begin = blank == std::wstring::npos ? 0 : blank + 1;
  const std::wstring word = before.substr(begin);
  const auto found =
      setup_.complete ? setup_.complete(to_utf8(word), begin == 0) : std::vector<std::string>();
  if (found.empty()) {
    events_.push_back({Event::Kind::bell, {}});
    return;
  }
  std::wstring common = to_wide(found.front());
  for (const std::string& each : found) {
    const std::wstring other = to_wide(each);
    const auto differs = std::mismatch(common.begin(), common.end(), other.begin(), other.end());
    common.erase(differs.first, common.end());
  }
  if (found.size() == 1) common += L' ';
  if (common.size() > word.size() || (found.size() == 1 && common != word)) {
    ::el_deletestr(edit_, static_cast<int>(word.size()));
    ::el_winsertstr(edit_, common.c_str());
    return;
  }
  std::string choices;
  for (const std::string& each : found) choices += (choices.empty() ? "" : "  ") + each;
  events_.push_back({Event::Kind::choices, std::move(choices)});
}

}  // namespace

Result<std::unique_ptr<LineEditor>> LineEditor::open(Setup setup) {
  auto made = std::make_unique<LibeditEditor>(std::move(setup));
  if (auto started = made->start(); !started) return started.error();
  return std::unique_ptr<LineEditor>(std::move(made));
}

}  // namespace grotto::client
