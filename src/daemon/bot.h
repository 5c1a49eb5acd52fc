// Bot: a program as a member of the chat: started, let in, ended and started again.
//
//   resting   ──its time has come──▶ running
//   running   ──the program ends──▶ finishing (what it said last is still read) ──▶ resting
//   running   ──its session is over, or stop()──▶ ending (asked to end, then made to) ──▶ resting
//   any       ──after stop()──▶ over
//
// Threads: worker 0's only, where its session lives too. Lifetime: destroyed after its worker's
// connections and before the worker.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "daemon/program_log.h"
#include "daemon/restart_backoff.h"
#include "daemon/settings.h"
#include "grotto/service.h"
#include "net/child_process.h"
#include "net/pipe_reader.h"
#include "net/worker.h"

namespace grotto {

class Bot {
 public:
  struct Times {
    RestartBackoff::Rule restart;
    std::uint64_t last_words_ms = 5'000;  // for what an ended program has said and is not read yet
    std::uint64_t end_ms = 2'000;         // from SIGTERM to SIGKILL
  };

  /// `entrance`: where its sessions come in. `service`: whose they are (Connection::count_for()).
  Bot(Worker& worker, std::unique_ptr<Service> entrance, BotChoice choice, const Times& times,
      std::size_t service = 0);
  Bot(const Bot&) = delete;
  Bot& operator=(const Bot&) = delete;

  void start();

  /// Asks the program to end, and starts it no more. Its session is ended by who ends them all.
  void stop();
  /// After stop(): nothing of it runs any more.
  [[nodiscard]] bool is_over() const noexcept { return state_ == State::over; }

 private:
  enum class State : std::uint8_t { resting, running, finishing, ending, over };

  bool start_program();
  void on_exit(const ChildProcess::Exit& exit);
  void on_session_closed();
  void on_timer();
  void end_program();
  void rest();

  Worker& worker_;
  const std::unique_ptr<Service> entrance_;
  const BotChoice choice_;
  const Times times_;
  const std::size_t service_;
  RestartBackoff backoff_;
  ProgramLog log_;

  State state_ = State::resting;
  bool is_stopping_ = false;
  std::uint64_t started_ms_ = 0;
  std::unique_ptr<ChildProcess> process_;
  std::unique_ptr<PipeReader> errors_;
  Connection* connection_ = nullptr;
  TimerOf<Bot, &Bot::on_timer> timer_{*this};
};

}  // namespace grotto
