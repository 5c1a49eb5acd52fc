#include <fmt/format.h>

#include "script/answer_kinds.h"
#include "script/date.h"

namespace grotto {

std::string date_bounds(const Ask& ask) {
  if (!ask.min_date.empty() && !ask.max_date.empty()) {
    return fmt::format(" from {} to {}", ask.min_date, ask.max_date);
  }
  if (!ask.min_date.empty()) return fmt::format(" from {} on", ask.min_date);
  if (!ask.max_date.empty()) return fmt::format(" until {}", ask.max_date);
  return {};
}

Answer read_date(const Ask& ask, std::string_view line) {
  if (!looks_like_date(line)) {
    return NoAnswer{"Please type the date as 2026-12-31.", "not-a-date"};
  }
  if (!is_date(line)) {
    return NoAnswer{"There is no such day. Please type the date as 2026-12-31.", "not-a-date"};
  }
  const std::string please = fmt::format("Please type a date{}.", date_bounds(ask));
  if (!ask.min_date.empty() && line < ask.min_date) {
    return NoAnswer{"That is too early. " + please, "too-early"};
  }
  if (!ask.max_date.empty() && line > ask.max_date) {
    return NoAnswer{"That is too late. " + please, "too-late"};
  }
  return Value{std::string(line)};
}

}  // namespace grotto
