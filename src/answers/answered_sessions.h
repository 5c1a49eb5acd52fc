// Answered sessions: what counts of kept records, by session and round. Threads: no state; any.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "answers/answer_record.h"

namespace grotto {

struct AnsweredRound {
  std::uint64_t round = 1;
  std::optional<std::int64_t> started_ms;  // since 1970
  std::optional<std::int64_t> ended_ms;    // of a finished one
  bool is_finished = false;
  double score = 0;                          // at its end, or of the answers so far
  std::uint64_t took_ms = 0;                 // all its answers together
  std::vector<const AnswerRecord*> answers;  // in the order of the questions
};

struct AnsweredSession {
  std::string_view session;
  std::vector<AnsweredRound> rounds;  // in order; at least one
};

/// In the order in which the sessions first come. An answer takes the place of the one that was at
/// its place, and of all behind it. The result is valid as long as `records` is.
[[nodiscard]] std::vector<AnsweredSession> answered_sessions(
    const std::vector<AnswerRecord>& records);

}  // namespace grotto
