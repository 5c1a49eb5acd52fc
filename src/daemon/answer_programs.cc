#include "daemon/answer_programs.h"

#include <fmt/format.h>

#include <mutex>
#include <utility>

#include "base/log.h"
#include "daemon/program_log.h"
#include "line/line_framer.h"
#include "net/child_process.h"
#include "net/connection.h"
#include "net/pipe_reader.h"

namespace grotto {

namespace {

constexpr std::uint64_t kEndMs = 2'000;        // from SIGTERM to SIGKILL
constexpr std::uint64_t kLastWordsMs = 2'000;  // for what an ended program has said last

/// A word as /bin/sh takes it.
std::string quoted(const std::string& word) {
  std::string text = "'";
  for (const char each : word) {
    if (each == '\'') {
      text += "'\\''";
    } else {
      text += each;
    }
  }
  return text + "'";
}

/// `cd -- 'folder' && exec 'word' 'word'`.
std::string shell_command(const std::string& folder, const std::vector<std::string>& words) {
  std::string command = folder.empty() ? "exec" : fmt::format("cd -- {} && exec", quoted(folder));
  for (const std::string& word : words) command += " " + quoted(word);
  return command;
}

}  // namespace

struct AnswerPrograms::Way {
  std::mutex mutex;
  AnswerPrograms* programs = nullptr;  // null before attach() and after detach()
  std::uint64_t last_number = 0;

  void post(std::function<void(AnswerPrograms& programs)> task) {
    const std::scoped_lock lock(mutex);
    if (programs == nullptr) return;
    programs->worker_->post(
        [this_programs = programs, task = std::move(task)] { task(*this_programs); });
  }
};

/// What a visitor holds.
class AnswerPrograms::Handle final : public Program {
 public:
  Handle(std::shared_ptr<Way> way, std::uint64_t number) : way_(std::move(way)), number_(number) {}
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() override {
    try {
      way_->post([number = number_](AnswerPrograms& programs) { programs.release(number); });
    } catch (...) {
      return;  // no memory: it ends with the server
    }
  }

  void send(std::string line) override {
    way_->post([number = number_, line = std::move(line)](AnswerPrograms& programs) {
      programs.send(number, line);
    });
  }

 private:
  const std::shared_ptr<Way> way_;
  const std::uint64_t number_;
};

/// One process, from its start until nothing of it is left.
class AnswerPrograms::Life {
 public:
  Life(AnswerPrograms& programs, std::uint64_t number, const std::string& name, Events events)
      : programs_(programs),
        worker_(*programs.worker_),
        number_(number),
        events_(std::move(events)),
        log_("program", name) {}
  Life(const Life&) = delete;
  Life& operator=(const Life&) = delete;

  /// False if it could not: then end() was called.
  bool start(const std::string& command, const std::vector<std::string>& variables);

  void send(const std::string& line) {
    if (connection_ != nullptr) connection_->write(line, "\n");
  }

  /// Nobody wants it any more.
  void release() {
    is_wanted_ = false;
    end_process();
  }

  void end_process() {
    if (process_ == nullptr || is_ending_) return;
    is_ending_ = true;
    process_->terminate();
    worker_.wheel().arm(timer_, kEndMs);
  }

  // From its lines.
  void take_line(std::string_view line) {
    if (is_wanted_) events_.on_line(std::string(line));
  }
  void take_too_long() {
    why_ = fmt::format("it printed a line of more than {} bytes", kLineBytesMax);
    end_process();
  }
  void on_lines_closed() {
    connection_ = nullptr;
    if (process_ != nullptr) return end_process();  // it has closed its output
    end();
  }

 private:
  void on_exit(const ChildProcess::Exit& exit);
  void on_timer();
  void end();

  AnswerPrograms& programs_;
  Worker& worker_;
  const std::uint64_t number_;
  Events events_;
  ProgramLog log_;
  std::unique_ptr<ChildProcess> process_;
  std::unique_ptr<PipeReader> errors_;
  Connection* connection_ = nullptr;
  std::string why_;
  bool is_wanted_ = true;
  bool is_ending_ = false;
  TimerOf<Life, &Life::on_timer> timer_{*this};
};

/// What a process prints, cut into lines. Owned by its connection.
class AnswerPrograms::Lines final : public ConnectionHandler {
 public:
  explicit Lines(Life& life) : life_(life), framer_(kLineBytesMax) {}

  void on_open(Connection& /*connection*/) override {}
  void on_bytes(Connection& connection, std::string_view bytes) override {
    while (!bytes.empty() && connection.is_open()) {
      std::string_view line;
      switch (framer_.next(bytes, line)) {
        case LineFramer::Next::line: life_.take_line(line); break;
        case LineFramer::Next::too_long: life_.take_too_long(); return;
        case LineFramer::Next::need_more: return;
      }
    }
  }
  void on_end_of_input(Connection& connection) override {
    std::string_view line;
    if (framer_.flush(line)) life_.take_line(line);
    connection.close(CloseReason::peer_closed);
  }
  void on_idle(Connection& /*connection*/) override {}  // it may think as long as its turn lasts
  void on_stopping(Connection& /*connection*/) override {}  // it ends with those who want it
  void on_closed(Connection& /*connection*/, CloseReason /*reason*/) override {
    life_.on_lines_closed();
  }

 private:
  Life& life_;
  LineFramer framer_;
};

bool AnswerPrograms::Life::start(const std::string& command,
                                 const std::vector<std::string>& variables) {
  auto started = ChildProcess::start(worker_, command, variables,
                                     [this](const ChildProcess::Exit& exit) { on_exit(exit); });
  if (!started) {
    why_ = started.error().sentence;
    end();
    return false;
  }
  process_ = std::move(started->process);
  errors_ = std::make_unique<PipeReader>(worker_, started->errors, [this](std::string_view bytes) {
    log_.take(bytes, worker_.wheel().now_ms());
  });
  connection_ = worker_.adopt(started->socket,
                              Address::unix_peer(static_cast<std::uint32_t>(process_->pid())),
                              std::make_unique<Lines>(*this));
  if (connection_ == nullptr) end_process();
  return true;
}

void AnswerPrograms::Life::on_exit(const ChildProcess::Exit& exit) {
  timer_.cancel();
  errors_->read_rest();
  errors_.reset();
  log_.flush(worker_.wheel().now_ms());
  process_.reset();
  if (why_.empty()) {
    why_ = exit.signal != 0 ? fmt::format("signal {}", exit.signal)
                            : fmt::format("exit status {}", exit.status);
  }
  if (connection_ == nullptr) return end();
  if (is_ending_) return connection_->close(CloseReason::peer_closed);
  worker_.wheel().arm(timer_, kLastWordsMs);  // what it has said last is still read
}

void AnswerPrograms::Life::on_timer() {
  if (process_ != nullptr) return process_->kill();
  if (connection_ != nullptr) connection_->close(CloseReason::peer_closed);
}

void AnswerPrograms::Life::end() {
  timer_.cancel();
  if (is_wanted_) events_.on_end(why_);
  programs_.forget(number_);  // destroys this, on a clean stack
}

// ---- Programs ----------------------------------------------------------------------------------

AnswerPrograms::AnswerPrograms(std::string folder)
    : folder_(std::move(folder)), way_(std::make_shared<Way>()) {}

AnswerPrograms::~AnswerPrograms() {
  AnswerPrograms::detach();
}

void AnswerPrograms::attach(Worker& worker) {
  worker_ = &worker;
  const std::scoped_lock lock(way_->mutex);
  way_->programs = this;
}

void AnswerPrograms::detach() {
  {
    const std::scoped_lock lock(way_->mutex);
    way_->programs = nullptr;
  }
  lives_.clear();
}

void AnswerPrograms::stop() {
  for (const auto& [number, life] : lives_) life->end_process();
}

std::shared_ptr<Program> AnswerPrograms::start(const std::vector<std::string>& command,
                                               const std::vector<std::string>& variables,
                                               Events events) {
  std::uint64_t number = 0;
  {
    const std::scoped_lock lock(way_->mutex);
    number = ++way_->last_number;
  }
  auto handle = std::make_shared<Handle>(way_, number);
  way_->post([number, command, variables, events = std::move(events)](AnswerPrograms& programs) {
    programs.launch(number, command, variables, events);
  });
  return handle;
}

void AnswerPrograms::launch(std::uint64_t number, const std::vector<std::string>& command,
                            const std::vector<std::string>& variables, Events events) {
  if (lives_.size() >= kProgramsMax) {
    return events.on_end(fmt::format("{} programs run already", kProgramsMax));
  }
  const std::string& name = command.front();
  auto life =
      std::make_unique<Life>(*this, number, name.substr(name.rfind('/') + 1), std::move(events));
  Life& started = *life;
  lives_[number] = std::move(life);
  static_cast<void>(started.start(shell_command(folder_, command), variables));
}

void AnswerPrograms::send(std::uint64_t number, const std::string& line) {
  const auto found = lives_.find(number);
  if (found != lives_.end()) found->second->send(line);
}

void AnswerPrograms::release(std::uint64_t number) {
  const auto found = lives_.find(number);
  if (found != lives_.end()) found->second->release();
}

void AnswerPrograms::forget(std::uint64_t number) {
  worker_->defer([this, number] { lives_.erase(number); });
}

}  // namespace grotto
