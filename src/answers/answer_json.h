// Answers as JSON: one object (RFC 8259) on one line; docs/answers.md tells its keys.
// Threads: no state; any.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "answers/answer_record.h"

namespace grotto {

/// Appends the object, without a line end. Text that is not UTF-8 becomes U+FFFD.
void append_json(const AnswerRecord& record, std::string& out);

/// Keys that are not known are passed over; nothing if one is missing or of another kind.
[[nodiscard]] std::optional<AnswerRecord> answer_from_json(std::string_view object);

/// A number as JSON and CSV have it, so that reading it gives the same one; what is no finite
/// number is 0.
[[nodiscard]] std::string number_text(double value);
[[nodiscard]] std::optional<double> number_from(std::string_view text);

/// A value as JSON, numbers as above.
[[nodiscard]] std::string json_of(const Value& value);

}  // namespace grotto
