// Condition::Node: a condition as it is worked out. Sums and the like keep all their parts in one
// node, so that the tree is only as deep as parentheses are nested. Threads: a value.
#pragma once

#include <string>
#include <vector>

#include "script/condition.h"

namespace grotto {

enum class Comparison : unsigned char {
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal
};

struct Condition::Node {
  enum class Kind : unsigned char {
    yes_no,       // true, false
    number,       // 3
    text,         // "large"
    answer,       // size
    answered,     // answered(size)
    score,        //
    round,        //
    sum,          // parts, each with its sign: + or -
    product,      // parts, each with its sign: * or /
    comparison,   // two parts
    in,           // the first part in the others
    negation,     // one part
    conjunction,  // and
    disjunction,  // or
  };

  Kind kind;
  ValueType type;
  std::size_t offset;  // where it begins, in bytes of the condition
  std::vector<Node> parts = {};
  std::string signs = {};
  Comparison comparison = Comparison::equal;
  bool yes_no = false;
  double number = 0;
  std::string text = {};  // without blanks at its ends
  std::size_t ask = 0;
};

}  // namespace grotto
