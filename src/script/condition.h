// Condition: a small expression over earlier answers, such as `size == "large" and count > 2`.
//
// Its grammar stands at the head of condition.cc and in docs/prompts.md. It has been checked
// against the script: it names only questions that there are, and compares only what can be
// compared; so holds() cannot fail.
// Threads: immutable once parsed; any.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "script/mention.h"
#include "script/value.h"

namespace grotto {

/// What a condition may name.
enum class ValueType : unsigned char { yes_no, number, text, date };
struct Nameable {
  std::string_view id;
  ValueType type;
  std::span<const std::string> choices;  // not empty: the only texts that it can be
};

class Condition {
 public:
  /// Where in the text what is wrong.
  struct Misfit {
    std::size_t offset;  // in bytes
    std::string sentence;
  };

  /// An empty condition, which always holds.
  Condition() = default;

  /// `names`: the questions, in the script's order; Facts::answer() is asked by their place here.
  /// At most 4 KiB and 64 levels deep.
  static std::variant<Condition, Misfit> parse(std::string_view text,
                                               std::span<const Nameable> names);

  [[nodiscard]] bool is_always() const noexcept { return root_ == nullptr; }
  /// A comparison with a question that has no answer does not hold, but for `!=`, which does.
  [[nodiscard]] bool holds(const Facts& facts) const;
  /// The questions that it names, each once, in ascending order.
  [[nodiscard]] const std::vector<std::size_t>& asks() const noexcept { return asks_; }

  /// Where it names each of them first.
  [[nodiscard]] const std::vector<Mention>& mentions() const noexcept { return mentions_; }
  [[nodiscard]] std::vector<Mention>& mentions() noexcept { return mentions_; }

  struct Node;  // condition_nodes.h

 private:
  std::shared_ptr<const Node> root_;
  std::vector<std::size_t> asks_;
  std::vector<Mention> mentions_;
};

}  // namespace grotto
