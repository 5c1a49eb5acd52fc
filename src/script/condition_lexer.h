// ConditionLexer: cuts a condition into its words and signs. Threads: a value.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace grotto {

enum class TokenKind : unsigned char {
  end,
  number,
  text,
  word,  // a question's id
  word_and,
  word_or,
  word_not,
  word_in,
  word_true,
  word_false,
  word_answered,
  word_score,
  word_round,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  plus,
  minus,
  times,
  divide,
  open,
  close,
  comma,
  bad,  // nothing that there is: `sentence` says why
};

struct ConditionToken {
  TokenKind kind = TokenKind::end;
  std::size_t offset = 0;
  std::string_view source = {};  // as it is written
  std::string_view text = {};    // of a text: between its quotes
  double number = 0;
  std::string sentence = {};
};

class ConditionLexer {
 public:
  explicit ConditionLexer(std::string_view condition) : condition_(condition) {}

  /// The next one; `end` again and again after the last.
  ConditionToken next();

 private:
  ConditionToken number();
  ConditionToken text(char quote);
  ConditionToken word();
  ConditionToken sign();
  [[nodiscard]] ConditionToken token(TokenKind kind, std::size_t size);
  [[nodiscard]] ConditionToken bad(std::size_t size, std::string sentence);

  std::string_view condition_;
  std::size_t at_ = 0;
};

}  // namespace grotto
