// AnswerKeeper: where answers are kept; the contract between the questions and an engine (a file
// of JSON lines, a CSV file, the store).
//
// Threads: keep() and fault() from any; load() before the workers run. Lifetime: outlives the
// services that use it; at its end it writes what is queued, for 5 s at most.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "answers/answer_record.h"

namespace grotto {

class AnswerKeeper {
 public:
  /// Called once, on the keeper's thread, when the record and all before it are on the disk for
  /// good. Must not block. Never called for what could not be written before the end.
  using OnKept = std::function<void()>;

  virtual ~AnswerKeeper() = default;

  /// All records that are kept, in order: given to `take` one by one.
  virtual void load(const std::function<void(AnswerRecord&& record)>& take) = 0;

  /// Keeps these, in order and together: all of them or, after a crash, a beginning of them. Never
  /// waits for the disk. While the disk fails it is tried again, every second; no answer is given
  /// up. (Of more records than may wait, those without an answer are dropped, which the log tells;
  /// on_kept then tells of what is left and of all before it.)
  virtual void keep(std::vector<AnswerRecord> records, OnKept on_kept) = 0;

  /// Why nothing can be kept at the moment, as a part of a sentence: `No space left on device`;
  /// empty if all is well.
  [[nodiscard]] virtual std::string fault() const = 0;
};

}  // namespace grotto
