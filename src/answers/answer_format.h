// AnswerFormat: how records stand in a file, each on a line of its own. Threads: no state; any.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "answers/answer_record.h"

namespace grotto {

class AnswerFormat {
 public:
  virtual ~AnswerFormat() = default;

  /// What a file begins with, as whole lines; empty: with its first record.
  [[nodiscard]] virtual std::string_view head() const noexcept = 0;
  /// Appends the record as one line, with its end. What is not UTF-8 becomes U+FFFD.
  virtual void append(const AnswerRecord& record, std::string& out) const = 0;

  /// The record of a line, which comes without its end. Nothing: it is broken.
  [[nodiscard]] virtual std::optional<AnswerRecord> read(std::string_view line) const = 0;
  /// Whether that may be the first line of a file which is not blank. The head is one.
  [[nodiscard]] virtual bool is_first(std::string_view line) const = 0;
  /// Whether a file may begin so that was cut off within its first line.
  [[nodiscard]] virtual bool may_begin(std::string_view bytes) const noexcept = 0;
};

[[nodiscard]] const AnswerFormat& json_answers() noexcept;  // one JSON object (RFC 8259) a line
[[nodiscard]] const AnswerFormat& csv_answers() noexcept;   // RFC 4180 with a header row

/// By the ending of the name, `.jsonl` or `.csv`; nullptr if it is another.
[[nodiscard]] const AnswerFormat* answer_format(std::string_view path) noexcept;

}  // namespace grotto
