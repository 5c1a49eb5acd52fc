// AnswerRecord: one line of what is kept of a session of questions. Threads: a value.
//
// A session's records in order: `start`, with its first answer; `answer` after `answer`; and at
// last `end`. Where it was interrupted there is an `unfinished`, unless the server was killed, and
// a `resumed` where it went on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "script/value.h"

namespace grotto {

enum class AnswerEvent : std::uint8_t { start, answer, unfinished, resumed, end };

[[nodiscard]] std::string_view to_string(AnswerEvent event) noexcept;
[[nodiscard]] std::optional<AnswerEvent> answer_event(std::string_view word) noexcept;

/// How an answer came about.
enum class AnswerHow : std::uint8_t {
  given,
  by_default,  // an empty line that stood for the default
  skipped,     // optional, and left without an answer
  timed_out,   // `seconds` ran out
  tries_out,   // `tries` ran out
};

[[nodiscard]] std::string_view to_string(AnswerHow how) noexcept;  // "given", "default", "skipped",
                                                                   // "timed-out", "tries-out"
[[nodiscard]] std::optional<AnswerHow> answer_how(std::string_view word) noexcept;

struct AnswerRecord {
  std::string session;     // letters and digits
  std::int64_t at_ms = 0;  // since 1970
  AnswerEvent event = AnswerEvent::answer;

  // Of an answer.
  std::uint64_t place = 0;  // in the session's trail of this round: 0 is its first question. What
                            // stood there before, and behind it, is void (/back).
  std::uint64_t round = 1;
  std::string ask;  // the question's id
  Value answer;
  AnswerHow how = AnswerHow::given;
  std::uint64_t took_ms = 0;  // from the question to the answer
  double points = 0;

  // Of a start.
  std::string resume_hash;  // of the token that goes on with it, in hexadecimal
  // Of an end.
  double score = 0;

  friend bool operator==(const AnswerRecord&, const AnswerRecord&) = default;
};

}  // namespace grotto
