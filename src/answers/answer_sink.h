// AnswerSink: where a QueuedKeeper brings its records to; the contract between the queue and a
// disk. Threads: load() before the first write(), which comes on the queue's thread.
#pragma once

#include <functional>
#include <list>
#include <string>
#include <vector>

#include "answers/answer_keeper.h"
#include "answers/answer_record.h"

namespace grotto {

/// What came with one keep().
struct AnswerBatch {
  std::vector<AnswerRecord> records;
  AnswerKeeper::OnKept on_kept;
};
using AnswerGroup = std::list<AnswerBatch>;

class AnswerSink {
 public:
  virtual ~AnswerSink() = default;

  /// As AnswerKeeper::load().
  virtual void load(const std::function<void(AnswerRecord&& record)>& take) = 0;

  /// Brings the group to the disk for good, in order; may block. Returns why it could not, as a
  /// part of a sentence; the same group then comes again before any other. Empty: it is there.
  [[nodiscard]] virtual std::string write(const AnswerGroup& group) = 0;

  /// For the log.
  [[nodiscard]] virtual const std::string& name() const noexcept = 0;
};

}  // namespace grotto
