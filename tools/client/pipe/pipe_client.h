// PipeClient: the client in a pipe: lines in, lines out, and nothing else.
//
// It comes in (Entrance), then sends what the local end gives, ends its output at the end of that,
// and reads on until the server ends. Without --raw, lines go out with LF and by the text rules;
// with it, byte for byte, but to a terminal. Threads: its worker's only.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "client/link/backoff.h"
#include "client/link/line_log.h"
#include "client/link/server_link.h"
#include "client/pipe/entrance.h"
#include "client/pipe/local_end.h"
#include "client/settings/options.h"
#include "line/line_framer.h"

namespace grotto::client {

class PipeClient final : private LinkHandler, private LocalHandler {
 public:
  struct Setup {
    Options options;
    Route route;
    std::string token;                  // empty: come in by name
    bool is_shown_on_terminal = false;  // standard output is one
    LineLog* log = nullptr;             // may be null
  };
  PipeClient(Worker& worker, Setup setup);

  /// Begins; the worker is stopped when it is over. Errors: --exec cannot be started.
  Result<Done> start();
  /// Once the worker has ended: 0, or the exit status and why.
  [[nodiscard]] int exit_status() const noexcept { return status_; }
  [[nodiscard]] const std::string& sentence() const noexcept { return sentence_; }

 private:
  void on_link_up() override;
  void on_link_failed(const std::string& why) override;
  void on_link_bytes(std::string_view bytes) override;
  void on_link_down(End end) override;
  void on_link_low() override;
  void on_local_bytes(std::string_view bytes) override;
  void on_local_end() override;
  void on_local_gone() override;
  void on_local_low() override;
  void on_local_over() override {
    if (is_over_) stop_when_over();
  }

  void take_line(std::string_view line, std::string& out);
  void enter(std::string_view line);
  void begin();
  void give(std::string_view bytes);
  void try_again(const std::string& why);
  void connect_again() { link_.connect(); }
  void on_timeout();
  void wait_for_silence();
  void end(int status, std::string sentence);
  void stop_when_over();
  [[nodiscard]] bool is_byte_exact() const noexcept;

  Worker& worker_;
  const Setup setup_;
  ServerLink link_;
  LineFramer framer_;
  Backoff backoff_;
  std::unique_ptr<LocalEnd> local_;
  std::optional<Entrance> entrance_;
  bool is_in_ = false;
  bool has_local_ended_ = false;
  bool is_over_ = false;
  std::uint64_t tries_left_;
  int status_ = 0;
  std::string sentence_;
  TimerOf<PipeClient, &PipeClient::on_timeout> patience_{*this};
  TimerOf<PipeClient, &PipeClient::connect_again> again_{*this};
};

}  // namespace grotto::client
