// Types of conditions: what may be compared with what. Threads: pure functions.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "script/condition_lexer.h"
#include "script/condition_nodes.h"

namespace grotto {

using TypeMisfit = std::optional<Condition::Misfit>;

/// `a number`.
[[nodiscard]] std::string_view type_name(ValueType type) noexcept;

/// What `and`, `or`, `not` and the whole condition are made of.
[[nodiscard]] TypeMisfit check_yes_no(const Condition::Node& node);

/// What is calculated with. `sign`: as it is written.
[[nodiscard]] TypeMisfit check_number(const Condition::Node& node, std::string_view sign);

/// Whether `left` and `right` can be compared so. A text beside a date becomes a date.
[[nodiscard]] TypeMisfit check_comparison(Condition::Node& left, const ConditionToken& sign,
                                          Comparison comparison, Condition::Node& right,
                                          std::span<const Nameable> names);

}  // namespace grotto
