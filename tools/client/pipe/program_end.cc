#include "client/pipe/program_end.h"

#include <unistd.h>

#include <utility>

#include "client/link/write_all.h"
#include "net/connection.h"
#include "net/worker.h"

namespace grotto::client {

/// The handler of our end of the program's socket. It outlives the interest in it.
class ProgramEnd::Door final : public ConnectionHandler {
 public:
  explicit Door(ProgramEnd& end) noexcept : end_(&end) {}
  void forget() noexcept { end_ = nullptr; }

  void on_open(Connection& /*connection*/) override {}
  void on_bytes(Connection& /*connection*/, std::string_view bytes) override {
    if (end_ != nullptr) end_->handler_.on_local_bytes(bytes);
  }
  void on_end_of_input(Connection& /*connection*/) override {
    if (end_ != nullptr) end_->tell_end();
  }
  void on_outbox_low(Connection& /*connection*/) override {
    if (end_ != nullptr) end_->handler_.on_local_low();
  }
  void on_closed(Connection& /*connection*/, CloseReason /*reason*/) override {
    if (end_ != nullptr) end_->on_closed();
  }

 private:
  ProgramEnd* end_;
};

ProgramEnd::ProgramEnd(Worker& worker, LocalHandler& handler)
    : worker_(worker), handler_(handler) {}

ProgramEnd::~ProgramEnd() {
  if (connection_ != nullptr) {
    door_->forget();
    connection_->close(CloseReason::quit);
  }
}

Result<std::unique_ptr<ProgramEnd>> ProgramEnd::start(Worker& worker, const std::string& command,
                                                      LocalHandler& handler) {
  std::unique_ptr<ProgramEnd> made(new ProgramEnd(worker, handler));
  auto started = ChildProcess::start(
      worker, command, {},
      [end = made.get()](const ChildProcess::Exit& exit) { end->on_exit(exit); });
  if (!started) return started.error();
  made->process_ = std::move(started->process);
  made->errors_ = std::make_unique<PipeReader>(worker, started->errors, [](std::string_view bytes) {
    static_cast<void>(write_all(STDERR_FILENO, bytes));
  });
  auto door = std::make_unique<Door>(*made);
  made->door_ = door.get();
  made->connection_ = worker.adopt(started->socket, Address(), std::move(door));
  if (made->connection_ == nullptr) return Error{"--exec: out of memory", 71};
  made->connection_->pause_reading();  // until it is wanted
  return made;
}

bool ProgramEnd::write(std::string_view bytes) {
  if (connection_ == nullptr) return true;
  connection_->write(bytes);
  return connection_->outbox_bytes() < kHigh;
}

void ProgramEnd::pause() {
  if (connection_ != nullptr) connection_->pause_reading();
}

void ProgramEnd::resume() {
  if (connection_ != nullptr) connection_->resume_reading();
}

void ProgramEnd::end() {
  if (connection_ != nullptr) connection_->end_output();
}

int ProgramEnd::exit_status() const noexcept {
  if (!exit_) return 0;
  constexpr int kSignalled = 128;
  return exit_->signal != 0 ? kSignalled + exit_->signal : static_cast<int>(exit_->status);
}

void ProgramEnd::on_exit(const ChildProcess::Exit& exit) {
  exit_ = exit;
  if (errors_ != nullptr) errors_->read_rest();
  // What it printed last may lie unread; its end is told behind it, when the socket ends.
  if (connection_ == nullptr) tell_end();
  handler_.on_local_over();
}

void ProgramEnd::on_closed() {
  connection_ = nullptr;
  door_ = nullptr;
  tell_end();
}

void ProgramEnd::tell_end() {
  if (std::exchange(has_told_end_, true)) return;
  handler_.on_local_end();
}

}  // namespace grotto::client
