// Conditions against a naive twin: random ones are made by the grammar, each with what it is worth.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "facts.h"
#include "script/condition.h"
#include "support/seed.h"

namespace grotto {
namespace {

const std::vector<std::string> kChoices{"a", "b"};
const std::array<Nameable, 8> kTwinNames{{
    {"n0", ValueType::number, {}},
    {"n1", ValueType::number, {}},
    {"y0", ValueType::yes_no, {}},
    {"y1", ValueType::yes_no, {}},
    {"t0", ValueType::text, {}},
    {"c0", ValueType::text, kChoices},
    {"d0", ValueType::date, {}},
    {"d1", ValueType::date, {}},
}};

using Number = std::optional<double>;

template <class T>
struct Made {
  std::string text;
  std::optional<T> worth;
};

class Twin {
 public:
  explicit Twin(std::uint64_t seed) : engine_(seed) {
    const std::vector<std::vector<Value>> possible{
        {1.0, 2.0, 0.0},
        {3.0, -1.5},
        {true, false},
        {true, false},
        {std::string("a")},
        {std::string("a"), std::string("b")},
        {std::string("2026-01-01")},
        {std::string("2026-01-01"), std::string("2025-12-31")},
    };
    for (const auto& values : possible) {
      answers_.push_back(below(4) == 0 ? Value{} : values[below(values.size())]);
    }
  }

  Made<bool> disjunction(int depth) {
    return joined(
        depth, " or ", [this](int d) { return conjunction(d); },
        [](bool one, bool other) { return one || other; });
  }
  [[nodiscard]] const std::vector<Value>& answers() const { return answers_; }

 private:
  std::size_t below(std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>{0, bound - 1}(engine_);
  }
  template <class T>
  std::optional<T> answer(std::size_t ask) {
    const T* const value = std::get_if<T>(&answers_[ask]);
    return value == nullptr ? std::nullopt : std::optional(*value);
  }

  Made<bool> joined(int depth, const char* joint, const std::function<Made<bool>(int)>& step,
                    const std::function<bool(bool, bool)>& join) {
    Made<bool> made = step(depth);
    for (std::size_t more = below(3); more != 0; --more) {
      const Made<bool> next = step(depth);
      made = {made.text + joint + next.text,
              join(made.worth.value_or(false), next.worth.value_or(false))};
    }
    return made;
  }

  Made<bool> conjunction(int depth) {
    return joined(
        depth, " and ", [this](int d) { return negation(d); },
        [](bool one, bool other) { return one && other; });
  }

  Made<bool> negation(int depth) {
    if (below(5) == 0) {
      const Made<bool> inner = negation(depth);
      return {"not " + inner.text, !inner.worth.value_or(false)};
    }
    return comparison(depth);
  }

  template <class T>
  bool compared(const Made<T>& left, const std::string& sign, const Made<T>& right) {
    if (!left.worth || !right.worth) return sign == "!=";
    const T one = *left.worth;
    const T other = *right.worth;
    if constexpr (std::is_same_v<T, double>) {
      if (std::isnan(one) || std::isnan(other)) return false;
    }
    return sign == "=="   ? one == other
           : sign == "!=" ? one != other
           : sign == "<"  ? one < other
           : sign == "<=" ? one <= other
           : sign == ">"  ? one > other
                          : one >= other;
  }

  template <class T>
  Made<bool> pair(const Made<T>& left, const Made<T>& right, bool is_ordered) {
    const std::array<std::string, 6> signs{"==", "!=", "<", "<=", ">", ">="};
    const std::string sign = signs[below(is_ordered ? 6 : 2)];
    return {left.text + " " + sign + " " + right.text, compared(left, sign, right)};
  }

  Made<bool> comparison(int depth) {
    switch (below(7)) {
      case 0: return yes_no(depth);
      case 1: return pair(yes_no(depth), yes_no(depth), false);
      case 2: return pair(text(), text(), false);
      case 3: return pair(date(), date(), true);
      case 4: {
        const Made<double> first = sum(depth);
        std::string items;
        bool is_in = false;
        for (std::size_t left = 1 + below(3); left != 0; --left) {
          const Made<double> item = sum(depth);
          items += (items.empty() ? "" : ", ") + item.text;
          is_in = is_in || compared(first, "==", item);
        }
        return {first.text + " in (" + items + ")", is_in};
      }
      default: return pair(sum(depth), sum(depth), true);
    }
  }

  Made<bool> yes_no(int depth) {
    switch (below(5)) {
      case 0: return {"true", true};
      case 1: return {"false", false};
      case 2: {
        const std::size_t ask = below(kTwinNames.size());
        return {"answered(" + std::string(kTwinNames[ask].id) + ")",
                !std::holds_alternative<std::monostate>(answers_[ask])};
      }
      case 3:
        if (depth > 0) {
          const Made<bool> inner = disjunction(depth - 1);
          return {"(" + inner.text + ")", inner.worth};
        }
        [[fallthrough]];
      default:
        return below(2) == 0 ? Made<bool>{"y0", answer<bool>(2)}
                             : Made<bool>{"y1", answer<bool>(3)};
    }
  }

  Made<std::string> text() {
    switch (below(4)) {
      case 0: return {"t0", answer<std::string>(4)};
      case 1: return {"c0", answer<std::string>(5)};
      case 2: return {"\"a\"", "a"};
      default: return {"' b '", "b"};
    }
  }

  Made<std::string> date() {
    return below(2) == 0 ? Made<std::string>{"d0", answer<std::string>(6)}
                         : Made<std::string>{"d1", answer<std::string>(7)};
  }

  Made<double> calculated(int depth, const std::string& signs,
                          const std::function<Made<double>(int)>& step) {
    Made<double> made = step(depth);
    for (std::size_t more = below(3); more != 0; --more) {
      const char sign = signs[below(2)];
      const Made<double> next = step(depth);
      Number worth;
      if (made.worth && next.worth) {
        worth = sign == '+'        ? *made.worth + *next.worth
                : sign == '-'      ? *made.worth - *next.worth
                : sign == '*'      ? *made.worth * *next.worth
                : *next.worth == 0 ? std::nan("")
                                   : *made.worth / *next.worth;
      }
      made = {made.text + " " + sign + " " + next.text, worth};
    }
    return made;
  }

  Made<double> sum(int depth) {
    return calculated(depth, "+-", [this](int d) {
      return calculated(d, "*/", [this](int inner) { return signed_value(inner); });
    });
  }

  Made<double> signed_value(int depth) {
    if (below(6) == 0) {
      const Made<double> inner = signed_value(depth);
      return {"-" + inner.text, inner.worth ? Number{-*inner.worth} : Number{}};
    }
    switch (below(6)) {
      case 0: return {"n0", answer<double>(0)};
      case 1: return {"n1", answer<double>(1)};
      case 2: return {"score", 7.0};
      case 3: return {"round", 2.0};
      case 4:
        if (depth > 0) {
          const Made<double> inner = sum(depth - 1);
          return {"(" + inner.text + ")", inner.worth};
        }
        [[fallthrough]];
      default: {
        const std::size_t number = below(4);
        const bool is_whole = below(2) == 0;
        return {std::to_string(number) + (is_whole ? "" : ".50"),
                static_cast<double>(number) + (is_whole ? 0 : 0.5)};
      }
    }
  }

  std::mt19937_64 engine_;
  std::vector<Value> answers_;
};

TEST_CASE("Condition: random ones hold when their naive twin does") {
  const std::uint64_t seed = test::seed();
  MESSAGE("GROTTO_TEST_SEED=" << seed);
  std::size_t compared = 0;
  std::size_t held = 0;
  for (std::uint64_t round = 0; round != 20'000; ++round) {
    Twin twin(seed * 1'000'003 + round);
    const Made<bool> made = twin.disjunction(3);
    if (made.text.size() > 4096) continue;
    INFO("round " << round << ": " << made.text);
    const auto result = Condition::parse(made.text, kTwinNames);
    REQUIRE(std::holds_alternative<Condition>(result));
    const bool is_held = std::get<Condition>(result).holds(test::Told{twin.answers(), 7, 2});
    REQUIRE(is_held == made.worth.value_or(false));
    ++compared;
    held += is_held ? 1 : 0;
  }
  CHECK(compared > 15'000);
  CHECK(held > compared / 10);
  CHECK(held < compared - compared / 10);
}

}  // namespace
}  // namespace grotto
