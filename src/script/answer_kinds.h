// The kinds of answers, a reader each. Threads: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "script/answer.h"

namespace grotto {

using Answer = std::variant<Value, NoAnswer>;

// REQUIRES: `line` is not empty; it is trimmed, but for a hidden answer.
[[nodiscard]] Answer read_number(const Ask& ask, std::string_view line);
[[nodiscard]] Answer read_choice(const Ask& ask, std::string_view line);
[[nodiscard]] Answer read_yes_no(std::string_view line);
[[nodiscard]] Answer read_date(const Ask& ask, std::string_view line);
[[nodiscard]] Answer read_email(const Ask& ask, std::string_view line);
[[nodiscard]] Answer read_text(const Ask& ask, std::string_view line);

/// `a number from 1 to 10`, `yes or no`: what the question asks for.
[[nodiscard]] std::string wanted(const Ask& ask);

/// ` from 1 to 10`, ` of 1 or more`, ` of 10 or less`, or nothing.
[[nodiscard]] std::string number_bounds(const Ask& ask);
/// ` from 2026-01-01 to 2026-12-31`, and so on.
[[nodiscard]] std::string date_bounds(const Ask& ask);

}  // namespace grotto
