#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/numbers.h"
#include "script/answer_kinds.h"
#include "script/words.h"

namespace grotto {
namespace {

constexpr std::size_t kChoicesTold = 6;

NoAnswer not_a_choice(const Ask& ask) {
  std::string sentence = fmt::format("Please type {}", wanted(ask));
  if (ask.choices.size() <= kChoicesTold) {
    sentence += fmt::format(", or one of: {}.", listed(ask.choices, "or"));
  } else {
    sentence += ", or the beginning of a choice.";
  }
  return {sentence, "not-a-choice"};
}

NoAnswer ambiguous(const std::vector<std::string>& meant, std::string_view line) {
  const std::size_t told = std::min(meant.size(), kChoicesTold);
  std::vector<std::string> words(meant.begin(), meant.begin() + static_cast<std::ptrdiff_t>(told));
  if (told != meant.size()) words.emplace_back("another");
  return {
      fmt::format("{} may be {}. Please type more of it.", in_quotes(line), listed(words, "or")),
      "ambiguous"};
}

}  // namespace

Answer read_choice(const Ask& ask, std::string_view line) {
  // A text that is a number itself is meant before the place that it names.
  if (std::find(ask.choices.begin(), ask.choices.end(), line) != ask.choices.end()) {
    return Value{std::string(line)};
  }
  const auto place = parse_whole(line);
  if (place && *place >= 1 && *place <= ask.choices.size()) return Value{ask.choices[*place - 1]};
  const std::string typed = folded(line);
  if (typed.empty()) return not_a_choice(ask);
  std::vector<std::string> meant;
  for (const std::string& choice : ask.choices) {
    const std::string text = folded(choice);
    if (text == typed) return Value{choice};
    if (text.starts_with(typed)) meant.push_back(choice);
  }
  if (meant.empty()) return not_a_choice(ask);
  if (meant.size() > 1) return ambiguous(meant, line);
  return Value{meant.front()};
}

Answer read_yes_no(std::string_view line) {
  const std::string typed = folded(line);
  if (typed == "yes" || typed == "y" || typed == "true") return Value{true};
  if (typed == "no" || typed == "n" || typed == "false") return Value{false};
  return NoAnswer{"Please type yes or no.", "not-yes-no"};
}

}  // namespace grotto
