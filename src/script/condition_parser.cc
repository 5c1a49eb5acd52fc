#include "script/condition_parser.h"

#include <fmt/format.h>

#include <utility>

#include "script/words.h"

namespace grotto {
namespace {

constexpr unsigned kDepthMax = 64;

std::optional<Comparison> comparison_of(TokenKind kind) noexcept {
  switch (kind) {
    case TokenKind::equal: return Comparison::equal;
    case TokenKind::not_equal: return Comparison::not_equal;
    case TokenKind::less: return Comparison::less;
    case TokenKind::less_equal: return Comparison::less_equal;
    case TokenKind::greater: return Comparison::greater;
    case TokenKind::greater_equal: return Comparison::greater_equal;
    default: return std::nullopt;
  }
}

}  // namespace

ConditionParser::ConditionParser(std::string_view text, std::span<const Nameable> names)
    : names_(names), lexer_(text) {
  token_ = lexer_.next();
}

void ConditionParser::advance() {
  before_ = token_.source;
  token_ = lexer_.next();
}

bool ConditionParser::take(TokenKind kind) {
  if (token_.kind != kind) return false;
  advance();
  return true;
}

ConditionParser::Parsed ConditionParser::fail(std::size_t offset, std::string sentence) {
  misfit_ = {offset, std::move(sentence)};
  return std::nullopt;
}

ConditionParser::Parsed ConditionParser::fail_expecting(std::string_view what) {
  if (token_.kind == TokenKind::bad) return fail(token_.offset, token_.sentence);
  std::string sentence = fmt::format("Expected {}", what);
  if (!before_.empty()) sentence += fmt::format(" after {}", as_code(before_));
  if (token_.kind != TokenKind::end) sentence += fmt::format(", not {}", as_code(token_.source));
  return fail(token_.offset, sentence + '.');
}

bool ConditionParser::passes(TypeMisfit misfit) {
  if (!misfit) return true;
  misfit_ = std::move(*misfit);
  return false;
}

ConditionParser::Parsed ConditionParser::parse() {
  if (token_.kind == TokenKind::end) {
    return fail(0, "Expected a condition, such as `age >= 18`.");
  }
  Parsed root = disjunction();
  if (!root) return std::nullopt;
  if (token_.kind != TokenKind::end) return fail_after_end();
  if (!passes(check_yes_no(*root))) return std::nullopt;
  return root;
}

ConditionParser::Parsed ConditionParser::fail_after_end() {
  if (comparison_of(token_.kind) || token_.kind == TokenKind::word_in) {
    return fail(token_.offset,
                "Comparisons make no chains; write `a < b and b < c` for `a < b < c`.");
  }
  if (token_.kind == TokenKind::close) return fail(token_.offset, "This `)` closes nothing.");
  return fail_expecting("`and`, `or` or the end");
}

ConditionParser::Parsed ConditionParser::joined(Step step, TokenKind joint, Node::Kind kind) {
  Parsed first = (this->*step)();
  if (!first || token_.kind != joint) return first;
  Node node{kind, ValueType::yes_no, first->offset};
  node.parts.push_back(std::move(*first));
  while (take(joint)) {
    Parsed next = (this->*step)();
    if (!next) return std::nullopt;
    node.parts.push_back(std::move(*next));
  }
  for (const Node& part : node.parts) {
    if (!passes(check_yes_no(part))) return std::nullopt;
  }
  return node;
}

ConditionParser::Parsed ConditionParser::calculated(Step step, TokenKind one, TokenKind other,
                                                    Node::Kind kind) {
  Parsed first = (this->*step)();
  if (!first || (token_.kind != one && token_.kind != other)) return first;
  Node node{kind, ValueType::number, first->offset};
  node.parts.push_back(std::move(*first));
  node.signs += kind == Node::Kind::sum ? '+' : '*';
  while (token_.kind == one || token_.kind == other) {
    const std::string_view sign = token_.source;
    if (!passes(check_number(node.parts.back(), sign))) return std::nullopt;
    advance();
    Parsed next = (this->*step)();
    if (!next || !passes(check_number(*next, sign))) return std::nullopt;
    node.parts.push_back(std::move(*next));
    node.signs += sign[0];
  }
  return node;
}

ConditionParser::Parsed ConditionParser::nested(Step step) {
  if (depth_ == kDepthMax) {
    return fail(token_.offset, fmt::format("This is nested more than {} deep.", kDepthMax));
  }
  ++depth_;
  Parsed inner = (this->*step)();
  --depth_;
  return inner;
}

ConditionParser::Parsed ConditionParser::disjunction() {
  return joined(&ConditionParser::conjunction, TokenKind::word_or, Node::Kind::disjunction);
}

ConditionParser::Parsed ConditionParser::conjunction() {
  return joined(&ConditionParser::negation, TokenKind::word_and, Node::Kind::conjunction);
}

ConditionParser::Parsed ConditionParser::negation() {
  const std::size_t offset = token_.offset;
  if (!take(TokenKind::word_not)) return comparison();
  Parsed inner = nested(&ConditionParser::negation);
  if (!inner || !passes(check_yes_no(*inner))) return std::nullopt;
  Node node{Node::Kind::negation, ValueType::yes_no, offset};
  node.parts.push_back(std::move(*inner));
  return node;
}

ConditionParser::Parsed ConditionParser::comparison() {
  Parsed left = sum();
  if (!left) return std::nullopt;
  if (take(TokenKind::word_in)) return in(std::move(*left));
  const auto kind = comparison_of(token_.kind);
  if (!kind) return left;
  const ConditionToken sign = token_;
  advance();
  Parsed right = sum();
  if (!right || !passes(check_comparison(*left, sign, *kind, *right, names_))) return std::nullopt;
  Node node{Node::Kind::comparison, ValueType::yes_no, left->offset};
  node.comparison = *kind;
  node.parts.push_back(std::move(*left));
  node.parts.push_back(std::move(*right));
  return node;
}

ConditionParser::Parsed ConditionParser::in(Node first) {
  Node node{Node::Kind::in, ValueType::yes_no, first.offset};
  node.parts.push_back(std::move(first));
  if (!take(TokenKind::open)) return fail_expecting("a list in parentheses");
  do {
    Parsed item = sum();
    if (!item) return std::nullopt;
    ConditionToken sign;
    sign.offset = item->offset;
    if (!passes(check_comparison(node.parts.front(), sign, Comparison::equal, *item, names_))) {
      return std::nullopt;
    }
    node.parts.push_back(std::move(*item));
  } while (take(TokenKind::comma));
  if (!take(TokenKind::close)) return fail_expecting("`,` or `)`");
  return node;
}

ConditionParser::Parsed ConditionParser::sum() {
  return calculated(&ConditionParser::product, TokenKind::plus, TokenKind::minus, Node::Kind::sum);
}

ConditionParser::Parsed ConditionParser::product() {
  return calculated(&ConditionParser::signed_value, TokenKind::times, TokenKind::divide,
                    Node::Kind::product);
}

ConditionParser::Parsed ConditionParser::signed_value() {
  const std::size_t offset = token_.offset;
  if (!take(TokenKind::minus)) return value();
  Parsed inner = nested(&ConditionParser::signed_value);
  if (!inner || !passes(check_number(*inner, "-"))) return std::nullopt;
  Node node{Node::Kind::sum, ValueType::number, offset};
  node.parts.push_back(std::move(*inner));
  node.signs = '-';
  return node;
}

ConditionParser::Parsed ConditionParser::value() {
  Node node{Node::Kind::number, ValueType::number, token_.offset};
  switch (token_.kind) {
    case TokenKind::number: node.number = token_.number; break;
    case TokenKind::text:
      node.kind = Node::Kind::text;
      node.type = ValueType::text;
      node.text = trimmed(token_.text);
      break;
    case TokenKind::word_true:
    case TokenKind::word_false:
      node.kind = Node::Kind::yes_no;
      node.type = ValueType::yes_no;
      node.yes_no = token_.kind == TokenKind::word_true;
      break;
    case TokenKind::word_score: node.kind = Node::Kind::score; break;
    case TokenKind::word_round: node.kind = Node::Kind::round; break;
    case TokenKind::word: return answer();
    case TokenKind::word_answered: return answered();
    case TokenKind::open: return in_parentheses();
    default: return fail_expecting("a value");
  }
  advance();
  return node;
}

std::optional<std::size_t> ConditionParser::find_ask() {
  std::vector<std::string_view> ids;
  for (std::size_t i = 0; i != names_.size(); ++i) {
    if (names_[i].id == token_.source) {
      add_mention(mentions_, {i, token_.offset});
      advance();
      return i;
    }
    ids.push_back(names_[i].id);
  }
  std::string hint = did_you_mean(token_.source, ids);
  if (hint.empty()) hint = " A text stands in quotes.";
  fail(token_.offset, fmt::format("There is no question {}.{}", in_quotes(token_.source), hint));
  return std::nullopt;
}

ConditionParser::Parsed ConditionParser::answer() {
  const std::size_t offset = token_.offset;
  const auto ask = find_ask();
  if (!ask) return std::nullopt;
  Node node{Node::Kind::answer, names_[*ask].type, offset};
  node.ask = *ask;
  return node;
}

ConditionParser::Parsed ConditionParser::answered() {
  Node node{Node::Kind::answered, ValueType::yes_no, token_.offset};
  advance();
  if (!take(TokenKind::open)) return fail_expecting("`(`");
  if (token_.kind != TokenKind::word) return fail_expecting("the id of a question");
  const auto ask = find_ask();
  if (!ask) return std::nullopt;
  node.ask = *ask;
  if (!take(TokenKind::close)) return fail_expecting("`)`");
  return node;
}

ConditionParser::Parsed ConditionParser::in_parentheses() {
  advance();
  Parsed inner = nested(&ConditionParser::disjunction);
  if (!inner) return std::nullopt;
  if (!take(TokenKind::close)) return fail_expecting("`)`");
  return inner;
}

}  // namespace grotto
