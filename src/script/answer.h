// Answer: a line as the answer to a question, or why it is none. Threads: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "script/script.h"

namespace grotto {

/// Why a line is no answer: one sentence, and a stable code for programs.
struct NoAnswer {
  std::string sentence;
  std::string_view code;  // "empty", "not-a-number", "too-small", "too-large", "not-whole",
                          // "not-a-choice", "ambiguous", "not-yes-no", "not-a-date", "too-early",
                          // "too-late", "not-an-email", "mismatch"
};

/// `line` is clean text (line/text.h); blanks at its ends do not count, but for a hidden answer. An
/// empty line is the default, or nothing (std::monostate) if the question is optional. Choices are
/// told by number, by text without regard to case, or by a beginning that only one has.
[[nodiscard]] std::variant<Value, NoAnswer> read_answer(const Ask& ask, std::string_view line);

/// Whether the answer is one of Ask::correct: texts without regard to case and blanks at the ends.
[[nodiscard]] bool is_correct(const Ask& ask, const Value& answer);

/// What is asked for, in brackets, as it stands after a prompt: `(1-3)`, `(yes/no) [yes]`,
/// `(YYYY-MM-DD, optional)`; empty for a plain text.
[[nodiscard]] std::string hint(const Ask& ask);

}  // namespace grotto
