#include "script/script.h"

#include <algorithm>

namespace grotto {

std::string_view to_string(AskType type) noexcept {
  switch (type) {
    case AskType::text: return "text";
    case AskType::number: return "number";
    case AskType::choice: return "choice";
    case AskType::yes_no: return "yes-no";
    case AskType::date: return "date";
    case AskType::email: return "email";
    case AskType::hidden: return "hidden";
  }
  return {};
}

bool Script::has_score() const noexcept {
  return std::any_of(asks.begin(), asks.end(),
                     [](const Ask& ask) { return !ask.correct.empty() && ask.points != 0; });
}

}  // namespace grotto
