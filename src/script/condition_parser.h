// ConditionParser: reads one condition by recursive descent; the grammar stands in condition.cc.
// Threads: its caller's.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "script/condition_lexer.h"
#include "script/condition_nodes.h"
#include "script/condition_types.h"

namespace grotto {

class ConditionParser {
 public:
  ConditionParser(std::string_view text, std::span<const Nameable> names);

  /// The whole condition, or nothing: then misfit() says why.
  std::optional<Condition::Node> parse();

  [[nodiscard]] const Condition::Misfit& misfit() const noexcept { return misfit_; }
  [[nodiscard]] std::vector<Mention>& mentions() noexcept { return mentions_; }

 private:
  using Node = Condition::Node;
  using Parsed = std::optional<Node>;

  Parsed disjunction();
  Parsed conjunction();
  Parsed negation();
  Parsed comparison();
  Parsed in(Node first);
  Parsed sum();
  Parsed product();
  Parsed signed_value();
  Parsed value();
  Parsed answer();
  Parsed answered();
  Parsed in_parentheses();

  using Step = Parsed (ConditionParser::*)();
  Parsed joined(Step step, TokenKind joint, Node::Kind kind);
  Parsed calculated(Step step, TokenKind one, TokenKind other, Node::Kind kind);
  /// One level deeper, or nothing if that is too deep.
  Parsed nested(Step step);

  void advance();
  bool take(TokenKind kind);
  Parsed fail(std::size_t offset, std::string sentence);
  Parsed fail_expecting(std::string_view what);
  /// False, with the misfit kept, if there is one.
  bool passes(TypeMisfit misfit);
  std::optional<std::size_t> find_ask();
  Parsed fail_after_end();

  std::span<const Nameable> names_;
  ConditionLexer lexer_;
  ConditionToken token_;
  std::string_view before_;  // the token before, as it is written
  unsigned depth_ = 0;
  Condition::Misfit misfit_{};
  std::vector<Mention> mentions_;
};

}  // namespace grotto
