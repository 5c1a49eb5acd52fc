#include "client/pipe/pipe_client.h"

#include <fmt/format.h>
#include <sysexits.h>
#include <unistd.h>

#include <random>
#include <utility>

#include "base/check.h"
#include "client/link/wire.h"
#include "client/pipe/program_end.h"
#include "client/pipe/stdio_end.h"
#include "line/text.h"
#include "net/worker.h"

namespace grotto::client {

PipeClient::PipeClient(Worker& worker, Setup setup)
    : worker_(worker),
      setup_(std::move(setup)),
      link_(worker, setup_.route, setup_.options.patience_ms(), *this),
      framer_(kServerLineBytesMax),
      backoff_(std::random_device{}()),
      tries_left_(setup_.options.reconnect.value_or(Reconnect{}).tries) {}

Result<Done> PipeClient::start() {
  LocalHandler& handler = *this;
  if (setup_.options.exec.empty()) {
    local_ = std::make_unique<StdioEnd>(worker_, handler);
  } else {
    auto program = ProgramEnd::start(worker_, setup_.options.exec, *this);
    if (!program) return program.error();
    local_ = std::move(*program);
  }
  link_.connect();
  return Done{};
}

// ---- The server --------------------------------------------------------------------------------

void PipeClient::on_link_up() {
  backoff_.reset();
  framer_.drop_line();
  entrance_.emplace(setup_.options, setup_.token);
  is_in_ = setup_.options.is_raw || !entrance_->is_needed();
  if (is_in_) return begin();
  static_cast<void>(link_.send(entrance_->first_words()));
  worker_.wheel().arm(patience_, setup_.options.patience_ms());
}

void PipeClient::begin() {
  is_in_ = true;
  patience_.cancel();
  if (has_local_ended_) return link_.end_output();
  local_->resume();
}

void PipeClient::on_link_failed(const std::string& why) {
  try_again(fmt::format("{}: {}.", setup_.options.server, why));
}

void PipeClient::try_again(const std::string& why) {
  if (is_over_) return;
  if (tries_left_ == 0) return end(EX_UNAVAILABLE, why);
  if (tries_left_ != Reconnect::kEndless) --tries_left_;
  local_->pause();
  worker_.wheel().arm(again_, backoff_.next_ms());
}

void PipeClient::on_link_bytes(std::string_view bytes) {
  if (is_over_) return;
  if (has_local_ended_ && is_in_) wait_for_silence();
  if (is_byte_exact()) return give(bytes);
  std::string out;
  std::string_view line;
  for (;;) {
    const auto next = framer_.next(bytes, line);
    if (next == LineFramer::Next::need_more) break;
    if (next == LineFramer::Next::line) take_line(line, out);
    if (is_over_) break;
  }
  if (!out.empty()) give(out);
}

void PipeClient::take_line(std::string_view line, std::string& out) {
  std::string scratch;
  const std::string_view shown = clean_text(line, scratch);
  out += shown;
  out += '\n';
  if (setup_.log != nullptr) setup_.log->add(shown);
  if (!is_in_) enter(line);
}

void PipeClient::enter(std::string_view line) {
  GROTTO_CHECK(entrance_.has_value());  // since the link is up
  switch (entrance_->on_line(line)) {
    case Entrance::Step::wait: return;
    case Entrance::Step::send: static_cast<void>(link_.send(entrance_->to_send())); return;
    case Entrance::Step::is_in: return begin();
    case Entrance::Step::refused: return end(EX_NOPERM, entrance_->sentence());
    case Entrance::Step::foreign:
      return end(EX_PROTOCOL,
                 fmt::format("{} does not answer as a grotto server; --raw is for others.",
                             setup_.options.server));
  }
}

void PipeClient::on_link_down(End end_kind) {
  if (is_over_) return;
  patience_.cancel();
  std::string_view rest;
  if (!is_byte_exact() && framer_.flush(rest)) {
    std::string out;
    take_line(rest, out);
    give(out);
    if (is_over_) return;
  }
  if (!is_in_ && end_kind == End::by_server && tries_left_ == 0) {
    return end(EX_PROTOCOL,
               fmt::format("{} ended the connection before it let us in.", setup_.options.server));
  }
  const bool is_done =
      is_in_ && end_kind == End::by_server && (has_local_ended_ || tries_left_ == 0);
  if (is_done) return end(0, {});
  try_again(fmt::format("The connection to {} was lost.", setup_.options.server));
}

void PipeClient::on_link_low() {
  if (is_in_ && !has_local_ended_) local_->resume();
}

void PipeClient::on_timeout() {
  if (is_over_) return worker_.stop();  // a program that does not end is killed with its end here
  if (is_in_) return end(0, {});        // silence after the end of the input
  end(EX_PROTOCOL,
      fmt::format("{} did not let us in within {} s; --raw is for other line servers.",
                  setup_.options.server, static_cast<double>(setup_.options.patience_ms()) / 1000));
}

void PipeClient::wait_for_silence() {
  if (setup_.options.timeout_ms) worker_.wheel().arm(patience_, *setup_.options.timeout_ms);
}

// ---- The local end -----------------------------------------------------------------------------

void PipeClient::on_local_bytes(std::string_view bytes) {
  if (is_over_) return;
  // A read is far smaller than what there is room for while it is not high.
  static_cast<void>(link_.send(bytes));
  if (link_.is_high()) local_->pause();
}

void PipeClient::on_local_end() {
  if (is_over_) return;
  has_local_ended_ = true;
  if (link_.is_down() || !is_in_) return;
  link_.end_output();
  wait_for_silence();
}

void PipeClient::on_local_gone() {
  end(EX_IOERR, "Nobody reads standard output any more.");
}

void PipeClient::on_local_low() {
  if (!is_over_) link_.resume_reading();
}

void PipeClient::give(std::string_view bytes) {
  if (!local_->write(bytes)) link_.pause_reading();
}

// ---- The end -----------------------------------------------------------------------------------

void PipeClient::end(int status, std::string sentence) {
  if (std::exchange(is_over_, true)) return;
  status_ = status;
  sentence_ = std::move(sentence);
  patience_.cancel();
  again_.cancel();
  link_.drop();
  local_->end();
  stop_when_over();
}

void PipeClient::stop_when_over() {
  // A program that goes on after the end of its input is ended with us.
  constexpr std::uint64_t kProgramMs = 2'000;
  if (local_->is_over()) {
    if (status_ == 0) status_ = local_->exit_status();
    return worker_.stop();
  }
  if (!patience_.is_armed()) worker_.wheel().arm(patience_, kProgramMs);
}

bool PipeClient::is_byte_exact() const noexcept {
  return setup_.options.is_raw && (!setup_.is_shown_on_terminal || !setup_.options.exec.empty());
}

}  // namespace grotto::client
