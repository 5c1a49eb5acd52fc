#include "answers/answer_format.h"

namespace grotto {

const AnswerFormat* answer_format(std::string_view path) noexcept {
  if (path.ends_with(".jsonl")) return &json_answers();
  if (path.ends_with(".csv")) return &csv_answers();
  return nullptr;
}

}  // namespace grotto
