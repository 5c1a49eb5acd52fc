// Export: kept answers as tables. Threads: no state; any.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "answers/answer_record.h"

namespace grotto {

enum class AnswerTable : std::uint8_t {
  sessions,  // a row for each session and round, a column for each question
  each,      // a row for each answer that counts
};

/// CSV (RFC 4180, UTF-8, CR LF, a header row). `sessions`: `session,round,started,ended,status,
/// score,seconds` and the questions' ids, in the order in which they first come (one that is named
/// like a column before it is `question.ID`); status is `finished` or `unfinished`. `each`:
/// `session,round,time,question,answer,how,seconds,points`. Answers that /back took back do not
/// count. Rows are in the order in which sessions first come, then of rounds and of questions. A
/// text that a spreadsheet would take for a formula (`=`, `+`, `-`, `@`, TAB first) gets an
/// apostrophe before it.
[[nodiscard]] std::string answers_as_csv(const std::vector<AnswerRecord>& records,
                                         AnswerTable table);

/// The same as a JSON array of objects, one a line; `sessions` has the questions in an object of
/// their own, `answers`, those only that the round has an answer to.
[[nodiscard]] std::string answers_as_json(const std::vector<AnswerRecord>& records,
                                          AnswerTable table);

}  // namespace grotto
