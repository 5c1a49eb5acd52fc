// Values that a script gives to its questions itself: defaults and correct answers.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "script/answer.h"
#include "script/loading.h"
#include "script/table_reader.h"
#include "script/words.h"

namespace grotto {
namespace {

constexpr std::size_t kCorrectMax = 50;
constexpr double kPointsMax = 1e6;

std::string_view expected_value(AskType type) noexcept {
  switch (type) {
    case AskType::number: return "a number";
    case AskType::yes_no: return "true or false";
    case AskType::choice: return "the text of a choice";
    case AskType::date: return "a date, such as 2026-12-31";
    case AskType::text:
    case AskType::email:
    case AskType::hidden: break;
  }
  return "a text in quotes";
}

/// The value as somebody would type it, if it is of the type that the question needs.
std::optional<std::string> typed(Loading& loading, std::string_view key, const TomlNode& node,
                                 AskType type) {
  if (type == AskType::number) {
    if (const auto number = number_of(node)) return to_text(*number);
  } else if (const auto* const yes_no = std::get_if<bool>(&node.value);
             yes_no != nullptr && type == AskType::yes_no) {
    return to_text(*yes_no);
  } else if (const auto* const date = std::get_if<TomlDate>(&node.value);
             date != nullptr && type == AskType::date) {
    return date->text;
  } else if (std::holds_alternative<std::string>(node.value)) {
    return read_text(loading, key, node, TextForm::one_line);
  }
  loading.expected(key, node, expected_value(type));
  return std::nullopt;
}

bool is_choice(Loading& loading, std::string_view key, const TomlNode& node, const Ask& ask,
               const std::string& text) {
  const auto& choices = ask.choices;
  if (std::find(choices.begin(), choices.end(), text) != choices.end()) return true;
  if (choices.empty()) return false;  // a fault has been told
  const std::vector<std::string_view> words(choices.begin(), choices.end());
  loading.fault(node.place, fmt::format("{}: {} is none of the choices.{}", key, in_quotes(text),
                                        did_you_mean(text, words)));
  return false;
}

/// REQUIRES: the question has no default yet, and is not optional yet.
std::optional<Value> read_value(Loading& loading, std::string_view key, const TomlNode& node,
                                const Ask& ask) {
  const auto text = typed(loading, key, node, ask.type);
  if (!text) return std::nullopt;
  if (ask.type == AskType::choice && !is_choice(loading, key, node, ask, *text)) {
    return std::nullopt;
  }
  auto answer = read_answer(ask, *text);
  if (const auto* const no = std::get_if<NoAnswer>(&answer)) {
    loading.fault(node.place, fmt::format("{}: {} is no answer to this question: {}", key,
                                          shown(node), no->sentence));
    return std::nullopt;
  }
  return std::get<Value>(std::move(answer));
}

void read_correct(Loading& loading, const TomlNode& node, Ask& ask) {
  const auto* const list = std::get_if<TomlList>(&node.value);
  if (list == nullptr) {
    if (auto value = read_value(loading, "correct", node, ask)) ask.correct.push_back(*value);
    return;
  }
  if (list->empty() || list->size() > kCorrectMax) {
    loading.fault(node.place, fmt::format("correct: expected 1 to {} answers.", kCorrectMax));
    return;
  }
  for (const TomlNode& item : *list) {
    if (auto value = read_value(loading, "correct", item, ask)) ask.correct.push_back(*value);
  }
}

void read_points(Loading& loading, const TableReader& table, Ask& ask) {
  constexpr std::array<std::string_view, 3> kKeys{"points", "right", "wrong"};
  if (!table.has("correct")) {
    for (const std::string_view key : kKeys) {
      if (!table.has(key)) continue;
      loading.fault(table.key_place(key),
                    fmt::format("{}: the question needs the key correct, too.", key));
    }
    return;
  }
  ask.points = 1;
  if (const TomlNode* const node = table.find("points")) {
    const auto points = number_of(*node);
    if (!points || std::fabs(*points) > kPointsMax) {
      loading.expected("points", *node, "a number from -1000000 to 1000000");
    }
    ask.points = points.value_or(1);
  }
  ask.right = table.filled("right", TextForm::lines);
  ask.wrong = table.filled("wrong", TextForm::lines);
}

}  // namespace

void read_worth(Loading& loading, const TableReader& table, Ask& ask) {
  if (const TomlNode* const node = table.find("correct")) read_correct(loading, *node, ask);
  read_points(loading, table, ask);
  const TomlNode* const node = table.find("default");
  if (node == nullptr) return;
  if (ask.type == AskType::hidden) {
    loading.fault(table.key_place("default"), "default: a hidden question has none.");
    return;
  }
  if (auto value = read_value(loading, "default", *node, ask)) {
    ask.default_value = std::move(*value);
  }
}

}  // namespace grotto
