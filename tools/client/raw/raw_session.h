// RawSession: a conversation with any line server, at a terminal: lines out, lines in, fit for the
// screen. What comes without a line end (a prompt) is shown when nothing follows for a moment.
// Threads: its worker's only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "client/chat/conversation.h"
#include "client/link/backoff.h"
#include "client/link/server_link.h"
#include "client/settings/options.h"
#include "grotto/timer_wheel.h"
#include "line/line_framer.h"

namespace grotto::client {

class RawSession final : public Conversation, private LinkHandler {
 public:
  struct Setup {
    Options options;
    Route route;
  };
  RawSession(Worker& worker, Setup setup, View& view);

  void start() override { connect(); }
  void on_typed(const std::string& line) override;
  /// The first time the server reads the end of our input, and may still answer; the second time
  /// it is over.
  void leave() override;
  [[nodiscard]] std::string status() const override;
  [[nodiscard]] bool asks_secret() const override { return false; }
  [[nodiscard]] std::vector<std::string> complete(const std::string& /*word*/,
                                                  bool /*is_first*/) const override {
    return {};
  }

 private:
  void on_link_up() override;
  void on_link_failed(const std::string& why) override;
  void on_link_bytes(std::string_view bytes) override;
  void on_link_down(End kind) override;
  void connect() { link_.connect(); }
  void show_partial();
  void show(std::string_view line);
  void try_again(const std::string& why);
  void end(int exit_status, const std::string& sentence);

  Worker& worker_;
  const Setup setup_;
  View& view_;
  ServerLink link_;
  LineFramer framer_;
  Backoff backoff_;
  std::uint64_t tries_left_;
  bool has_left_ = false;
  bool is_over_ = false;
  TimerOf<RawSession, &RawSession::show_partial> partial_{*this};
  TimerOf<RawSession, &RawSession::connect> again_{*this};
};

}  // namespace grotto::client
