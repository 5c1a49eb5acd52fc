#include "answers/answer_record.h"

#include <array>

namespace grotto {

namespace {

constexpr std::array<std::string_view, 5> kEvents = {"start", "answer", "unfinished", "resumed",
                                                     "end"};
constexpr std::array<std::string_view, 5> kHows = {"given", "default", "skipped", "timed-out",
                                                   "tries-out"};

template <class Enum>
std::optional<Enum> find(const std::array<std::string_view, 5>& words, std::string_view word) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == word) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(AnswerEvent event) noexcept {
  return kEvents[static_cast<std::size_t>(event)];
}

std::string_view to_string(AnswerHow how) noexcept {
  return kHows[static_cast<std::size_t>(how)];
}

std::optional<AnswerEvent> answer_event(std::string_view word) noexcept {
  return find<AnswerEvent>(kEvents, word);
}

std::optional<AnswerHow> answer_how(std::string_view word) noexcept {
  return find<AnswerHow>(kHows, word);
}

}  // namespace grotto
