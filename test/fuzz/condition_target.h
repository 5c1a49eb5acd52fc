// What the fuzzer of conditions does with each input, and script_test with its corpus: any text is
// read and, if it is a condition, worked out; what must hold is checked. Threads: no state; any.
#pragma once

#include <array>
#include <limits>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/check.h"
#include "script/condition.h"

namespace grotto::test {

/// The same answer to every question that it fits, or none.
class FuzzFacts final : public Facts {
 public:
  FuzzFacts(std::vector<Value> answers, double number)
      : answers_(std::move(answers)), number_(number) {}
  [[nodiscard]] const Value& answer(std::size_t ask) const noexcept override {
    return answers_[ask % answers_.size()];
  }
  [[nodiscard]] double score() const noexcept override { return number_; }
  [[nodiscard]] double round() const noexcept override { return number_; }

 private:
  std::vector<Value> answers_;
  double number_;
};

inline void fuzz_condition(std::string_view text) {
  static const std::vector<std::string> choices{"small", "large"};
  static const std::array<Nameable, 5> names{{{"size", ValueType::text, choices},
                                              {"count", ValueType::number, {}},
                                              {"agree", ValueType::yes_no, {}},
                                              {"day", ValueType::date, {}},
                                              {"name", ValueType::text, {}}}};
  const auto result = Condition::parse(text, names);
  if (const auto* const misfit = std::get_if<Condition::Misfit>(&result)) {
    GROTTO_CHECK(misfit->offset <= text.size());
    GROTTO_CHECK(misfit->sentence.ends_with('.') || misfit->sentence.ends_with('?'));
    return;
  }
  const auto& condition = std::get<Condition>(result);
  GROTTO_CHECK(!condition.is_always());
  GROTTO_CHECK(condition.asks().size() == condition.mentions().size());
  for (const Mention& mention : condition.mentions()) {
    GROTTO_CHECK(text.substr(mention.offset).starts_with(names[mention.ask].id));
  }
  const FuzzFacts nobody({Value{}}, std::numeric_limits<double>::max());
  const FuzzFacts somebody(
      {Value{"large"}, Value{-3.5}, Value{true}, Value{"2026-01-31"}, Value{" ñandú "}}, 2);
  // What is divided by 0 compares with nothing, so even the opposite may not hold; but twice the
  // same is the same.
  for (const FuzzFacts* const facts : {&nobody, &somebody}) {
    const bool holds = condition.holds(*facts);
    GROTTO_CHECK(condition.holds(*facts) == holds);
    if (text.size() > 4000) continue;
    const auto opposite = Condition::parse("not(" + std::string(text) + "\n)", names);
    if (const auto* const other = std::get_if<Condition>(&opposite)) {
      GROTTO_CHECK(other->holds(*facts) == !holds);
    }
  }
}

}  // namespace grotto::test
