// The grammar (RFC 5234 without its names; blanks and line ends may stand between all parts):
//
//   condition   = conjunction *( "or" conjunction )
//   conjunction = negation *( "and" negation )
//   negation    = "not" negation / comparison
//   comparison  = sum [ ( "==" / "!=" / "<" / "<=" / ">" / ">=" ) sum ]
//               / sum "in" "(" sum *( "," sum ) ")"
//   sum         = product *( ( "+" / "-" ) product )
//   product     = signed *( ( "*" / "/" ) signed )
//   signed      = "-" signed / value
//   value       = number / text / "true" / "false" / "score" / "round" / id
//               / "answered" "(" id ")" / "(" condition ")"
//   number      = 1*DIGIT [ "." 1*DIGIT ]                     ; at most 15 digits
//   text        = '"' *( all but '"' ) '"' / "'" *( all but "'" ) "'"
//   id          = ( ALPHA / "_" ) *( ALPHA / DIGIT / "_" )     ; of a question
#include "script/condition.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "script/condition_nodes.h"
#include "script/condition_parser.h"
#include "script/words.h"

namespace grotto {
namespace {

using Node = Condition::Node;

constexpr std::size_t kConditionBytesMax = 4096;

bool holds(const Node& node, const Facts& facts);

std::optional<bool> yes_no_of(const Node& node, const Facts& facts) {
  if (node.kind != Node::Kind::answer) return holds(node, facts);
  const bool* const answer = std::get_if<bool>(&facts.answer(node.ask));
  return answer == nullptr ? std::nullopt : std::optional(*answer);
}

std::optional<std::string_view> text_of(const Node& node, const Facts& facts) {
  if (node.kind == Node::Kind::text) return node.text;
  const std::string* const answer = std::get_if<std::string>(&facts.answer(node.ask));
  return answer == nullptr ? std::nullopt : std::optional(trimmed(*answer));
}

std::optional<double> number_of(const Node& node, const Facts& facts);

/// Nothing if a part is nothing; not a number if something is divided by 0.
std::optional<double> calculated(const Node& node, const Facts& facts) {
  double result = node.kind == Node::Kind::sum ? 0 : 1;
  for (std::size_t i = 0; i != node.parts.size(); ++i) {
    const auto part = number_of(node.parts[i], facts);
    if (!part) return std::nullopt;
    switch (node.signs[i]) {
      case '+': result += *part; break;
      case '-': result -= *part; break;
      case '*': result *= *part; break;
      default: result = *part == 0 ? std::nan("") : result / *part;
    }
  }
  return result;
}

std::optional<double> number_of(const Node& node, const Facts& facts) {
  switch (node.kind) {
    case Node::Kind::number: return node.number;
    case Node::Kind::score: return facts.score();
    case Node::Kind::round: return facts.round();
    case Node::Kind::sum:
    case Node::Kind::product: return calculated(node, facts);
    default: break;
  }
  const double* const answer = std::get_if<double>(&facts.answer(node.ask));
  return answer == nullptr ? std::nullopt : std::optional(*answer);
}

template <class T>
bool compare(const std::optional<T>& left, Comparison comparison, const std::optional<T>& right) {
  if (!left || !right) return comparison == Comparison::not_equal;
  switch (comparison) {
    case Comparison::equal: return *left == *right;
    case Comparison::not_equal: return *left != *right;
    case Comparison::less: return *left < *right;
    case Comparison::less_equal: return *left <= *right;
    case Comparison::greater: return *left > *right;
    case Comparison::greater_equal: return *left >= *right;
  }
  return false;
}

bool compare(const Node& left, Comparison comparison, const Node& right, const Facts& facts) {
  switch (left.type) {
    case ValueType::yes_no:
      return compare(yes_no_of(left, facts), comparison, yes_no_of(right, facts));
    case ValueType::text:
    case ValueType::date: return compare(text_of(left, facts), comparison, text_of(right, facts));
    case ValueType::number: break;
  }
  const auto one = number_of(left, facts);
  const auto other = number_of(right, facts);
  // What has no result is neither equal to anything nor different from it.
  if (one && other && (!std::isfinite(*one) || !std::isfinite(*other))) return false;
  return compare(one, comparison, other);
}

bool holds(const Node& node, const Facts& facts) {
  const auto& parts = node.parts;
  const auto part_holds = [&facts](const Node& part) { return holds(part, facts); };
  switch (node.kind) {
    case Node::Kind::yes_no: return node.yes_no;
    case Node::Kind::answer: return yes_no_of(node, facts).value_or(false);
    case Node::Kind::answered:
      return !std::holds_alternative<std::monostate>(facts.answer(node.ask));
    case Node::Kind::comparison: return compare(parts[0], node.comparison, parts[1], facts);
    case Node::Kind::in:
      return std::any_of(parts.begin() + 1, parts.end(), [&](const Node& item) {
        return compare(parts[0], Comparison::equal, item, facts);
      });
    case Node::Kind::negation: return !holds(parts[0], facts);
    case Node::Kind::conjunction: return std::all_of(parts.begin(), parts.end(), part_holds);
    case Node::Kind::disjunction: return std::any_of(parts.begin(), parts.end(), part_holds);
    case Node::Kind::number:
    case Node::Kind::text:
    case Node::Kind::score:
    case Node::Kind::round:
    case Node::Kind::sum:
    case Node::Kind::product: break;  // not a yes or no: the parser lets none of them here
  }
  return false;
}

}  // namespace

std::variant<Condition, Condition::Misfit> Condition::parse(std::string_view text,
                                                            std::span<const Nameable> names) {
  if (text.size() > kConditionBytesMax) {
    return Misfit{kConditionBytesMax,
                  fmt::format("A condition has at most {} bytes.", kConditionBytesMax)};
  }
  ConditionParser parser(text, names);
  auto root = parser.parse();
  if (!root) return parser.misfit();
  Condition condition;
  condition.root_ = std::make_shared<const Node>(std::move(*root));
  condition.mentions_ = std::move(parser.mentions());
  condition.asks_ = mentioned_asks(condition.mentions_);
  return condition;
}

bool Condition::holds(const Facts& facts) const {
  return root_ == nullptr || grotto::holds(*root_, facts);
}

}  // namespace grotto
