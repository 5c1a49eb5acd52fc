// Visit: one person's way through a script: what outlives his connection.
//
// The trail holds the questions that he was asked in this round, in order; the last one is answered
// or was left without an answer, and at() is the next. Threads: one at a time: the worker's whose
// connection has it, or the book's (visit_book.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "answers/answer_record.h"
#include "script/script.h"

namespace grotto {

class Visit final : public Facts {
 public:
  /// More answers of one visit, of all its rounds, are not taken: the visit ends.
  static constexpr std::uint64_t kAnswersMax = 10'000;

  Visit(std::shared_ptr<const Script> script, std::string id, std::string resume_hash);

  [[nodiscard]] const std::string& id() const noexcept { return id_; }
  [[nodiscard]] const std::string& resume_hash() const noexcept { return resume_hash_; }

  // Facts
  [[nodiscard]] const Value& answer(std::size_t ask) const noexcept override;
  [[nodiscard]] double score() const noexcept override { return score_; }
  [[nodiscard]] double round() const noexcept override { return static_cast<double>(round_); }

  [[nodiscard]] std::uint64_t round_number() const noexcept { return round_; }
  /// The question in turn; kScriptEnd: none is left.
  [[nodiscard]] std::size_t at() const noexcept { return at_; }
  /// How many questions of this round were answered, or left without an answer.
  [[nodiscard]] std::size_t answered() const noexcept { return trail_.size(); }
  /// So many in all rounds.
  [[nodiscard]] std::uint64_t answered_ever() const noexcept { return answered_ever_; }
  /// Whether anything of it has been kept.
  [[nodiscard]] bool has_begun() const noexcept { return answered_ever_ != 0; }
  [[nodiscard]] std::size_t bytes() const noexcept;
  /// The last question of the trail; kScriptEnd if there is none.
  [[nodiscard]] std::size_t last() const noexcept {
    return trail_.empty() ? kScriptEnd : trail_.back().ask;
  }

  /// The answer to at(), or to a question of the program's own (`ask` is its id then).
  void take(const Value& answer, double points);
  void take_own(double points);
  /// More (or less) for the last answer. REQUIRES: answered() > 0.
  void add_points(double points);
  [[nodiscard]] double last_points() const noexcept { return trail_.back().points; }
  /// Where it goes on after `ask`, which is or is not answered by now. If its tries or its time
  /// have run out, nothing stands for the answer and one is needed: the question itself, which is
  /// asked again if somebody comes back for it.
  [[nodiscard]] std::size_t next_after(std::size_t ask, AnswerHow how) const;
  /// Goes on there.
  void go_to(std::size_t ask) noexcept { at_ = ask; }
  /// The last answer is void and its question is in turn again. REQUIRES: answered() > 0.
  void go_back();
  void begin_next_round();

  /// What was kept of it is taken as it stands, in order. True if it has ended for good.
  bool restore(const AnswerRecord& record);
  /// All of it was taken. A last answer that the script does not keep is not known: its question is
  /// in turn again.
  void end_restore();

 private:
  struct Step {
    std::size_t ask;  // kScriptEnd: one of the program's own
    double points;
  };
  void cut_trail(std::size_t size);

  const std::shared_ptr<const Script> script_;
  const std::string id_;
  const std::string resume_hash_;
  std::vector<Value> answers_;  // by Script::asks
  std::vector<Step> trail_;
  double score_ = 0;  // of this round
  std::uint64_t round_ = 1;
  std::uint64_t answered_ever_ = 0;
  bool is_last_unknown_ = false;  // while it is restored
  std::size_t at_;                // the last: the first question depends on all the others
};

}  // namespace grotto
