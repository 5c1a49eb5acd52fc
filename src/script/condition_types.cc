#include "script/condition_types.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "script/date.h"
#include "script/words.h"

namespace grotto {
namespace {

using Node = Condition::Node;
using Misfit = Condition::Misfit;

constexpr std::size_t kChoicesTold = 6;

bool is_ordered(Comparison comparison) noexcept {
  return comparison != Comparison::equal && comparison != Comparison::not_equal;
}

bool is_written_text(const Node& node) noexcept {
  return node.kind == Node::Kind::text;
}

/// A text beside a date has to be one.
TypeMisfit make_date(Node& node) {
  if (!is_date(node.text)) {
    return Misfit{node.offset, fmt::format("{} is no date; dates are written as \"2026-12-31\".",
                                           in_quotes(node.text))};
  }
  node.type = ValueType::date;
  return std::nullopt;
}

TypeMisfit check_choice(const Node& question, const Node& text, std::span<const Nameable> names) {
  if (question.kind != Node::Kind::answer || !is_written_text(text)) return std::nullopt;
  const auto& [id, type, choices] = names[question.ask];
  if (choices.empty() || std::find(choices.begin(), choices.end(), text.text) != choices.end()) {
    return std::nullopt;
  }
  const std::vector<std::string_view> words(choices.begin(), choices.end());
  std::string hint = did_you_mean(text.text, words);
  if (hint.empty() && choices.size() <= kChoicesTold) {
    std::vector<std::string> quotes;
    for (const std::string& choice : choices) quotes.push_back(in_quotes(choice));
    hint = fmt::format(" It is one of {}.", listed(quotes, "and"));
  }
  return Misfit{text.offset,
                fmt::format("{} is no choice of {}.{}", in_quotes(text.text), in_quotes(id), hint)};
}

}  // namespace

std::string_view type_name(ValueType type) noexcept {
  switch (type) {
    case ValueType::yes_no: return "a yes or no";
    case ValueType::number: return "a number";
    case ValueType::text: return "a text";
    case ValueType::date: return "a date";
  }
  return {};
}

TypeMisfit check_yes_no(const Node& node) {
  if (node.type == ValueType::yes_no) return std::nullopt;
  return Misfit{node.offset, fmt::format("This is {}, which is neither true nor false by itself: "
                                         "compare it with something.",
                                         type_name(node.type))};
}

TypeMisfit check_number(const Node& node, std::string_view sign) {
  if (node.type == ValueType::number) return std::nullopt;
  return Misfit{node.offset, fmt::format("`{}` calculates with numbers; this is {}.", sign,
                                         type_name(node.type))};
}

TypeMisfit check_comparison(Node& left, const ConditionToken& sign, Comparison comparison,
                            Node& right, std::span<const Nameable> names) {
  if (left.type == ValueType::date && is_written_text(right) && right.type == ValueType::text) {
    if (auto misfit = make_date(right)) return misfit;
  } else if (right.type == ValueType::date && is_written_text(left) &&
             left.type == ValueType::text) {
    if (auto misfit = make_date(left)) return misfit;
  }
  if (left.type != right.type) {
    return Misfit{sign.offset, fmt::format("{} cannot be compared with {}.",
                                           left.type == ValueType::yes_no   ? "A yes or no"
                                           : left.type == ValueType::number ? "A number"
                                           : left.type == ValueType::text   ? "A text"
                                                                            : "A date",
                                           type_name(right.type))};
  }
  const bool has_order = left.type == ValueType::number || left.type == ValueType::date;
  if (is_ordered(comparison) && !has_order) {
    return Misfit{sign.offset,
                  fmt::format("`{}` compares numbers and dates; {} is only equal or not: `==`, "
                              "`!=`.",
                              sign.source, type_name(left.type))};
  }
  if (auto misfit = check_choice(left, right, names)) return misfit;
  return check_choice(right, left, names);
}

}  // namespace grotto
