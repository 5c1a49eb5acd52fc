// RaceTrack: a race, run: all get the same question at the same time, and the fastest right answer
// wins it.
//
//   waiting ──enough players, or /start──▶ asking ──a right answer, all answered, or time──▶
//   settling (every answer of it is kept, and a pause) ──▶ asking … ──no question left──▶ waiting
//
// Threads: attach() before any other; the rest from any: all is done on one worker, in the order in
// which it came there. Lifetime: owned by what all services share; its worker's service detaches.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/mailbox.h"
#include "grotto/timer_wheel.h"
#include "grotto/worker_context.h"
#include "prompt/visitor_ref.h"
#include "script/script.h"

namespace grotto {

class RaceTrack {
 public:
  static constexpr std::size_t kPlayersMax = 10'000;

  explicit RaceTrack(std::shared_ptr<const Script> script);

  /// The first question that all get together: the first one that has a right answer.
  [[nodiscard]] std::size_t first() const noexcept { return first_; }

  /// It runs on this worker.
  void attach(WorkerContext& worker, std::shared_ptr<Mailbox> mailbox);
  /// The worker goes.
  void detach();

  /// `score`: his points, if he has been in it before.
  void join(const VisitorRef& who, std::string name, double score);
  void leave(const VisitorRef& who);
  /// His answer to `question`; he is told by Visitor::on_race_verdict().
  void answer(const VisitorRef& who, std::size_t question, bool is_right, std::string text);
  /// His answer to `question`, or that he gave none, is kept.
  void settle(const VisitorRef& who, std::size_t question);

  enum class Order : std::uint8_t { start, next };
  /// The host's; `done` says what it led to.
  void order(Order what, std::function<void(std::string sentence)> done);

 private:
  enum class State : std::uint8_t { waiting, asking, settling };
  struct Player {
    std::string name;
    double score = 0;
    bool is_asked = false;  // the question in turn
    bool has_answered = false;
    bool is_unsettled = false;
  };

  void do_join(const VisitorRef& who, std::string name, double score);
  void do_leave(const VisitorRef& who);
  void do_answer(const VisitorRef& who, std::size_t question, bool is_right,
                 const std::string& text);
  void do_settle(const VisitorRef& who, std::size_t question);
  [[nodiscard]] std::string do_order(Order what);

  void begin(std::size_t question);
  void end_question(const std::string& sentence);
  void go_on_if_settled();
  void finish();
  void on_timer();
  void tell_all(const std::string& text, const VisitorRef* but = nullptr);
  [[nodiscard]] std::string standings() const;
  [[nodiscard]] bool have_all_answered() const;
  [[nodiscard]] std::string right_answer() const;

  const std::shared_ptr<const Script> script_;
  const Race& race_;  // in it
  const std::size_t first_;
  std::shared_ptr<Mailbox> mailbox_;

  // On its worker only.
  WorkerContext* worker_ = nullptr;
  State state_ = State::waiting;
  std::size_t question_ = 0;
  std::uint64_t began_ms_ = 0;
  bool is_pause_over_ = false;
  std::map<VisitorRef, Player> players_;
  TimerOf<RaceTrack, &RaceTrack::on_timer> timer_{*this};
};

}  // namespace grotto
