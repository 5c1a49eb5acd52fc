// Visitor: one connection that is asked: what it is waiting for, and what happens then.
//
//   asked    ──an answer──▶ keeping ──it is on the disk──▶ at_work (if a program works on it) ──▶
//   asked keeping, at_work, judged, claiming: no line is taken meanwhile (Taken::wait) racing waits
//   for the next question of the race; judged: for whose answer was first host     is asked nothing
//   over     has said goodbye, or lost its visit to another connection
//
// Its chapters: visitor.cc (lines, the end), visitor_answers.cc, visitor_commands.cc,
// visitor_program.cc, visitor_race.cc. Threads: its worker's only. Owned by its session.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "answers/answer_record.h"
#include "base/flood_control.h"
#include "grotto/service.h"
#include "prompt/programs.h"
#include "prompt/visit.h"
#include "prompt/visit_book.h"
#include "prompt/visitor_ref.h"
#include "prompt/wording.h"

namespace grotto {

struct ProgramReply;

class Visitor final : public SessionState {
 public:
  Visitor(PromptService& service, Session& session, std::uint64_t number);

  [[nodiscard]] std::uint64_t number() const noexcept { return number_; }
  [[nodiscard]] Wording& wording() noexcept { return wording_; }
  void tell(std::string_view text) { wording_.tell(text); }

  // From the service.
  void start();
  Taken take_line(std::string_view line);
  void end_input();
  void stop();
  void close();

  // Upgrades (visitor_state.cc).
  [[nodiscard]] bool save(StateWriter& state) const;
  void restore(StateReader& state);
  void stay_behind();
  [[nodiscard]] bool is_keeping() const noexcept { return state_ == State::keeping; }

  // From the keeper, the book, programs and the race.
  void on_kept();
  void give_up_visit();
  void on_program_line(const std::string& line);
  void on_program_end(const std::string& why);
  void on_race_question(std::size_t question);
  void on_race_verdict(double points, bool counts);
  void on_race_question_over(std::size_t question);
  void on_race_over(const std::string& text);

  // Commands (visitor_commands.cc has their table).
  void again(std::string_view argument);
  void back(std::string_view argument);
  void skip(std::string_view argument);
  void help(std::string_view argument);
  void quit(std::string_view argument);
  void resume(std::string_view argument);
  void tell_score(std::string_view argument);
  void start_telnet(std::string_view argument);
  void set_format(std::string_view argument);
  void become_host(std::string_view argument);
  void show_table(std::string_view argument);
  void race_start(std::string_view argument);
  void race_next(std::string_view argument);

 private:
  enum class State : std::uint8_t { asked, keeping, at_work, racing, judged, claiming, host, over };

  // Lines.
  [[nodiscard]] bool may_pass(std::size_t bytes);
  [[nodiscard]] bool is_busy() const noexcept;
  bool take_command(std::string_view line);
  void on_rate() { session_.resume(); }
  void on_deadline();
  void take_deadline();
  void settle(State state);

  // Questions and answers.
  void go_on();
  void ask_now();
  void show_question();
  void show_input();
  [[nodiscard]] const Ask& current() const noexcept;
  [[nodiscard]] bool is_asking() const noexcept {
    return is_open_ && (state_ == State::asked || state_ == State::racing);
  }
  void take_answer(std::string_view line);
  void fail_question(AnswerHow how, std::string_view sentence);
  void commit(const Value& answer, AnswerHow how, std::optional<double> points = std::nullopt);
  void after_kept(bool is_right, bool is_wrong);
  void finish_round();
  void leave_unfinished(std::string_view farewell);
  void keep(std::vector<AnswerRecord> records, std::function<void()> then);
  [[nodiscard]] AnswerRecord record(AnswerEvent event) const;
  void tell_how_to_resume();
  [[nodiscard]] VisitBook::Evict eviction();
  void hold_visit();
  void show_on_board();

  // Going on with a visit.
  [[nodiscard]] bool find_visit(const std::string& id, bool has_begun);
  void claim(const std::string& token);
  void adopt(std::shared_ptr<Visit> visit, const std::string& token);

  // The program.
  void begin_turn();
  void send_to_program(std::string line);
  void end_program(const std::string& why);
  void take_reply(const ProgramReply& reply);
  void fail_turn(std::string_view sentence);
  void end_turn();

  // The race.
  void join_race();
  void leave_race();
  void take_race_answer(std::string_view line);

  PromptService& service_;
  Session& session_;
  const std::uint64_t number_;
  Wording wording_;
  std::shared_ptr<Visit> visit_;
  std::string token_;

  State state_ = State::asked;
  bool is_open_ = false;  // a question is in turn
  bool has_input_ended_ = false;
  bool is_finishing_ = false;    // the last answer is safe; its end is being kept
  bool has_ended_ = false;       // the visit is over: nothing is left to go on with
  bool has_told_fault_ = false;  // why nothing can be kept
  bool is_hiding_ = false;
  bool is_in_race_ = false;
  bool is_judged_right_ = false;
  std::size_t section_ = kNoSection;
  unsigned tries_ = 0;
  std::uint64_t asked_ms_ = 0;
  std::function<void()> then_;          // when it is kept
  std::shared_ptr<const Ask> own_ask_;  // the program's

  std::shared_ptr<Program> program_;
  std::uint64_t program_life_ = 0;
  unsigned program_failures_ = 0;
  std::size_t turn_bytes_ = 0;
  std::string turn_ask_;  // what the program works on
  Value turn_answer_;
  AnswerHow turn_how_ = AnswerHow::given;
  std::uint64_t turn_took_ms_ = 0;

  Value race_answer_;
  unsigned host_attempts_ = 0;
  std::uint64_t board_version_ = 0;

  FloodControl flood_;
  TimerOf<Visitor, &Visitor::on_rate> rate_timer_{*this};
  TimerOf<Visitor, &Visitor::on_deadline> deadline_{*this};
};

}  // namespace grotto
