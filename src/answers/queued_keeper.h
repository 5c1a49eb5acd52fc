// QueuedKeeper: the queue before a sink, and the thread that writes it there, group by group.
//
//   Q1 records are written in the order of the calls, whatever thread they come from. Q2 of a call
//   that is kept, on_kept is called once, and after those of all calls before it. Q3 while the sink
//   fails, the same group is tried again, with pauses, and nothing with an answer is given up. Q4
//   beyond the bound of the queue, records without answers are dropped and counted in the log; who
//   gave nothing else is called at his turn all the same, or never if as many calls wait.
// Threads: keep() and fault() from any; all else on main. Lifetime: the destructor writes what is
// queued, for a while; then it gives up, even if the sink hangs in the disk: its thread then goes
// its own way, with what it needs, and calls nobody any more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "answers/answer_keeper.h"
#include "answers/answer_sink.h"

namespace grotto {

class QueuedKeeper final : public AnswerKeeper {
 public:
  struct Options {
    std::uint64_t retry_ms = 1'000;
    std::uint64_t hang_ms = 2'000;             // a write that takes longer is told as a fault
    std::uint64_t end_ms = 5'000;              // for what is queued at the end
    std::size_t queued_records_max = 100'000;  // Q4
    std::size_t group_records_max = 4'096;     // of one write, or one call if it has more
  };

  explicit QueuedKeeper(std::unique_ptr<AnswerSink> sink)
      : QueuedKeeper(std::move(sink), Options()) {}
  QueuedKeeper(std::unique_ptr<AnswerSink> sink, const Options& options);
  ~QueuedKeeper() override;

  void load(const std::function<void(AnswerRecord&& record)>& take) override;
  void keep(std::vector<AnswerRecord> records, OnKept on_kept) override;
  [[nodiscard]] std::string fault() const override;

 private:
  class Queue;  // what the thread shares with its keeper
  const std::shared_ptr<Queue> queue_;
  std::thread thread_;
};

}  // namespace grotto
