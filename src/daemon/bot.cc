#include "daemon/bot.h"

#include <utility>

#include "base/log.h"
#include "door/program_door.h"
#include "service/chat.h"

namespace grotto {

Bot::Bot(Worker& worker, std::unique_ptr<Service> entrance, BotChoice choice, const Times& times,
         std::size_t service)
    : worker_(worker),
      entrance_(std::move(entrance)),
      choice_(std::move(choice)),
      times_(times),
      service_(service),
      backoff_(times.restart),
      log_("bot", choice_.name) {}

void Bot::start() {
  started_ms_ = worker_.wheel().now_ms();
  bool is_started = false;
  try {
    is_started = start_program();
  } catch (...) {  // no memory
    log::warning("bot cannot be started", {{"bot", choice_.name}, {"why", "no memory"}});
  }
  if (is_started) return;
  errors_.reset();
  process_.reset();
  rest();
}

/// True if on_exit() will tell how it ended.
bool Bot::start_program() {
  const std::string room = choice_.room.empty() ? std::string(kHomeRoom) : choice_.room;
  auto started = ChildProcess::start(worker_, choice_.command,
                                     {"GROTTO_BOT=" + choice_.name, "GROTTO_ROOM=" + room},
                                     [this](const ChildProcess::Exit& exit) { on_exit(exit); });
  if (!started) {
    log::warning("bot cannot be started",
                 {{"bot", choice_.name}, {"why", started.error().sentence}});
    return false;
  }
  process_ = std::move(started->process);
  const auto pid = static_cast<std::uint32_t>(process_->pid());
  log::info("bot started", {{"bot", choice_.name}, {"pid", pid}});
  state_ = State::running;
  errors_ = std::make_unique<PipeReader>(worker_, started->errors, [this](std::string_view bytes) {
    log_.take(bytes, worker_.wheel().now_ms());
  });
  connection_ = worker_.adopt(
      started->socket, Address::unix_peer(pid),
      std::make_unique<ProgramDoor>(*entrance_, choice_.name,
                                    [this](CloseReason /*reason*/) { on_session_closed(); }));
  if (connection_ == nullptr) {
    end_program();
  } else {
    connection_->count_for(service_);
  }
  return true;
}

void Bot::stop() {
  is_stopping_ = true;
  if (state_ == State::resting) rest();
  if (state_ == State::running) end_program();
}

void Bot::on_exit(const ChildProcess::Exit& exit) {
  const std::uint64_t now = worker_.wheel().now_ms();
  errors_->read_rest();
  errors_.reset();
  log_.flush(now);
  process_.reset();
  const LogLevel level = is_stopping_ ? LogLevel::info : LogLevel::warning;
  const std::uint64_t lived_ms = now - started_ms_;
  if (exit.signal != 0) {
    log::write(level, "bot ended",
               {{"bot", choice_.name}, {"signal", exit.signal}, {"lived_ms", lived_ms}});
  } else {
    log::write(level, "bot ended",
               {{"bot", choice_.name}, {"status", exit.status}, {"lived_ms", lived_ms}});
  }
  if (connection_ == nullptr) return rest();
  state_ = State::finishing;
  worker_.wheel().arm(timer_, times_.last_words_ms);
}

void Bot::on_session_closed() {
  connection_ = nullptr;
  if (state_ == State::finishing) return rest();
  if (state_ == State::running) end_program();
}

void Bot::on_timer() {
  switch (state_) {
    case State::resting: start(); return;
    case State::finishing: connection_->close(CloseReason::peer_closed); return;
    case State::ending: process_->kill(); return;
    case State::running:
    case State::over: return;
  }
}

void Bot::end_program() {
  state_ = State::ending;
  process_->terminate();
  worker_.wheel().arm(timer_, times_.end_ms);
}

void Bot::rest() {
  timer_.cancel();
  state_ = is_stopping_ ? State::over : State::resting;
  if (is_stopping_) return;
  worker_.wheel().arm(timer_, backoff_.on_end(worker_.wheel().now_ms() - started_ms_));
}

}  // namespace grotto
