// RecordsSink: the records of a store as the sink of a QueuedKeeper.
//
// A record is kept under a key of its time and a number, so that the order of keys is that in which
// the records came, also where the clock went back: a key's time is never before that of the last
// one. A group that the store could not keep is put there again under the same keys.
// Threads: construction before the store starts; the rest as AnswerSink.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "answers/answer_sink.h"
#include "room/records.h"

namespace grotto {

/// The kind of records that answers are.
inline constexpr std::string_view kAnswerKind = "answer";

class RecordsSink final : public AnswerSink {
 public:
  /// `patience_ms`: the store not having answered for so long is a fault.
  explicit RecordsSink(std::shared_ptr<Records> records, std::uint64_t patience_ms = 2'000);

  void load(const std::function<void(AnswerRecord&& record)>& take) override;
  [[nodiscard]] std::string write(const AnswerGroup& group) override;
  [[nodiscard]] const std::string& name() const noexcept override { return name_; }

 private:
  struct Key {
    std::uint64_t ms = 0;
    std::uint64_t number = 0;  // among those of that time
  };
  [[nodiscard]] static Key after(Key last, const AnswerRecord& record) noexcept;
  [[nodiscard]] static std::string text(Key key);
  void learn_last(std::string_view key) noexcept;

  const std::shared_ptr<Records> records_;
  const std::uint64_t patience_ms_;
  const std::string name_ = "the store";
  std::vector<Records::Record> found_;  // at the start, until load()
  Key last_;                            // of what is kept
};

}  // namespace grotto
