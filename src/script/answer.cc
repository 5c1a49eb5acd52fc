#include "script/answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "script/answer_kinds.h"
#include "script/words.h"

namespace grotto {
namespace {

Answer read_typed(const Ask& ask, std::string_view line) {
  switch (ask.type) {
    case AskType::text:
    case AskType::hidden: return read_text(ask, line);
    case AskType::number: return read_number(ask, line);
    case AskType::choice: return read_choice(ask, line);
    case AskType::yes_no: return read_yes_no(line);
    case AskType::date: return read_date(ask, line);
    case AskType::email: return read_email(ask, line);
  }
  return Answer{};
}

bool is_nothing(const Value& value) noexcept {
  return std::holds_alternative<std::monostate>(value);
}

std::string range_hint(const Ask& ask) {
  if (ask.min && ask.max) {
    const char* const joint = *ask.min < 0 ? " to " : "-";
    return to_text(*ask.min) + joint + to_text(*ask.max);
  }
  if (ask.min) return to_text(*ask.min) + " or more";
  if (ask.max) return to_text(*ask.max) + " or less";
  return ask.is_whole ? "a whole number" : "a number";
}

std::string form_hint(const Ask& ask) {
  switch (ask.type) {
    case AskType::number: return range_hint(ask);
    case AskType::choice: return fmt::format("1-{}", ask.choices.size());
    case AskType::yes_no: return "yes/no";
    case AskType::date: return "YYYY-MM-DD" + date_bounds(ask);
    case AskType::text:
    case AskType::email:
    case AskType::hidden: break;
  }
  return {};
}

}  // namespace

std::string wanted(const Ask& ask) {
  switch (ask.type) {
    case AskType::text:
    case AskType::hidden: return "an answer";
    case AskType::number:
      return (ask.is_whole ? "a whole number" : "a number") + number_bounds(ask);
    case AskType::choice: return fmt::format("a number from 1 to {}", ask.choices.size());
    case AskType::yes_no: return "yes or no";
    case AskType::date: return fmt::format("a date{}, as 2026-12-31", date_bounds(ask));
    case AskType::email: return "an e-mail address, such as luzmi@example.org";
  }
  return {};
}

std::variant<Value, NoAnswer> read_answer(const Ask& ask, std::string_view line) {
  if (ask.type != AskType::hidden) line = trimmed(line);
  if (!line.empty()) return read_typed(ask, line);
  if (!is_nothing(ask.default_value)) return ask.default_value;
  if (ask.is_optional) return Answer{};  // nothing
  return NoAnswer{fmt::format("Please type {}.", wanted(ask)), "empty"};
}

bool is_correct(const Ask& ask, const Value& answer) {
  const auto* const text = std::get_if<std::string>(&answer);
  if (text == nullptr) {
    return !is_nothing(answer) &&
           std::find(ask.correct.begin(), ask.correct.end(), answer) != ask.correct.end();
  }
  const std::string given = folded(trimmed(*text));
  return std::any_of(ask.correct.begin(), ask.correct.end(), [&given](const Value& correct) {
    const auto* const one = std::get_if<std::string>(&correct);
    return one != nullptr && folded(trimmed(*one)) == given;
  });
}

std::string hint(const Ask& ask) {
  std::string inside = form_hint(ask);
  if (ask.is_optional) inside += inside.empty() ? "optional" : ", optional";
  std::string out = inside.empty() ? std::string{} : fmt::format("({})", inside);
  if (is_nothing(ask.default_value) || ask.type == AskType::hidden) return out;
  if (!out.empty()) out += ' ';
  return out + fmt::format("[{}]", to_text(ask.default_value));
}

}  // namespace grotto
