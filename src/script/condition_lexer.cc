#include "script/condition_lexer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "base/escape.h"
#include "base/numbers.h"
#include "script/words.h"

namespace grotto {
namespace {

constexpr std::string_view kBlanks = " \t\n";
constexpr std::string_view kFirstDigits = "0123456789";
constexpr std::string_view kWordSigns =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
constexpr std::size_t kNumberDigitsMax = 15;

struct Spelling {
  std::string_view text;
  TokenKind kind;
};

constexpr std::array kWords{
    Spelling{"and", TokenKind::word_and},           Spelling{"or", TokenKind::word_or},
    Spelling{"not", TokenKind::word_not},           Spelling{"in", TokenKind::word_in},
    Spelling{"true", TokenKind::word_true},         Spelling{"false", TokenKind::word_false},
    Spelling{"score", TokenKind::word_score},       Spelling{"round", TokenKind::word_round},
    Spelling{"answered", TokenKind::word_answered},
};

constexpr std::array kSigns{
    Spelling{"==", TokenKind::equal},      Spelling{"!=", TokenKind::not_equal},
    Spelling{"<=", TokenKind::less_equal}, Spelling{">=", TokenKind::greater_equal},
    Spelling{"<", TokenKind::less},        Spelling{">", TokenKind::greater},
    Spelling{"+", TokenKind::plus},        Spelling{"-", TokenKind::minus},
    Spelling{"*", TokenKind::times},       Spelling{"/", TokenKind::divide},
    Spelling{"(", TokenKind::open},        Spelling{")", TokenKind::close},
    Spelling{",", TokenKind::comma},
};

/// What other languages write, and what is written here.
struct Foreign {
  std::string_view text;
  std::string_view instead;
};
constexpr std::array kForeign{
    Foreign{"===", "=="}, Foreign{"!==", "!="}, Foreign{"&&", "and"},
    Foreign{"||", "or"},  Foreign{"<>", "!="},  Foreign{"=<", "<="},
    Foreign{"=>", ">="},  Foreign{"&", "and"},  Foreign{"|", "or"},
};
// The same, but other signs begin so.
constexpr std::array kForeignBeginnings{Foreign{"=", "=="}, Foreign{"!", "not"}};

template <class Table>
auto find_in(const Table& table, std::string_view rest) {
  return std::find_if(table.begin(), table.end(),
                      [rest](const auto& row) { return rest.starts_with(row.text); });
}

std::string instead(const Foreign& foreign) {
  return fmt::format("Write `{}`, not `{}`.", foreign.instead, foreign.text);
}

}  // namespace

ConditionToken ConditionLexer::token(TokenKind kind, std::size_t size) {
  ConditionToken token{kind, at_, condition_.substr(at_, size)};
  at_ += size;
  return token;
}

ConditionToken ConditionLexer::bad(std::size_t size, std::string sentence) {
  ConditionToken made = token(TokenKind::bad, size);
  made.sentence = std::move(sentence);
  return made;
}

ConditionToken ConditionLexer::next() {
  at_ = std::min(condition_.find_first_not_of(kBlanks, at_), condition_.size());
  if (at_ == condition_.size()) return token(TokenKind::end, 0);
  const char first = condition_[at_];
  if (kFirstDigits.find(first) != std::string_view::npos) return number();
  if (kWordSigns.find(first) != std::string_view::npos) return word();
  if (first == '"' || first == '\'') return text(first);
  return sign();
}

ConditionToken ConditionLexer::number() {
  const std::size_t end =
      std::min(condition_.find_first_not_of("0123456789.", at_), condition_.size());
  const std::string_view source = condition_.substr(at_, end - at_);
  if (end != condition_.size() && kWordSigns.find(condition_[end]) != std::string_view::npos) {
    const std::size_t stop =
        std::min(condition_.find_first_not_of(kWordSigns, end), condition_.size());
    const std::string_view all = condition_.substr(at_, stop - at_);
    return bad(all.size(), fmt::format("{} is neither a number nor an id: ids do not begin with "
                                       "a digit.",
                                       as_code(all)));
  }
  const auto digits = static_cast<std::size_t>(
      std::count_if(source.begin(), source.end(), [](char each) { return each != '.'; }));
  const auto value = parse_decimal(source);
  if (digits > kNumberDigitsMax) {
    return bad(source.size(), fmt::format("A number has at most {} digits.", kNumberDigitsMax));
  }
  if (!value) return bad(source.size(), fmt::format("{} is no number.", as_code(source)));
  ConditionToken made = token(TokenKind::number, source.size());
  made.number = *value;
  return made;
}

ConditionToken ConditionLexer::text(char quote) {
  const std::size_t end = condition_.find(quote, at_ + 1);
  if (end == std::string_view::npos) {
    return bad(condition_.size() - at_, fmt::format("This text has no closing {}.", quote));
  }
  ConditionToken made = token(TokenKind::text, end + 1 - at_);
  made.text = made.source.substr(1, made.source.size() - 2);
  return made;
}

ConditionToken ConditionLexer::word() {
  const std::size_t end =
      std::min(condition_.find_first_not_of(kWordSigns, at_), condition_.size());
  const std::string_view source = condition_.substr(at_, end - at_);
  for (const Spelling& word : kWords) {
    if (word.text == source) return token(word.kind, source.size());
  }
  return token(TokenKind::word, source.size());
}

ConditionToken ConditionLexer::sign() {
  const std::string_view rest = condition_.substr(at_);
  if (const auto* const foreign = find_in(kForeign, rest); foreign != kForeign.end()) {
    return bad(foreign->text.size(), instead(*foreign));
  }
  if (const auto* const sign = find_in(kSigns, rest); sign != kSigns.end()) {
    return token(sign->kind, sign->text.size());
  }
  if (const auto* const foreign = find_in(kForeignBeginnings, rest);
      foreign != kForeignBeginnings.end()) {
    return bad(foreign->text.size(), instead(*foreign));
  }
  char32_t code_point = 0;
  const std::size_t size = std::max<std::size_t>(utf8_sequence(rest, code_point), 1);
  return bad(size, fmt::format("{} means nothing in a condition.", as_code(rest.substr(0, size))));
}

}  // namespace grotto
