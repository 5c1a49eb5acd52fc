#include "script/condition.h"

#include <doctest/doctest.h>

#include <array>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "facts.h"

namespace grotto {
namespace {

using namespace std::string_literals;
using test::Told;

const std::vector<std::string> kSizes{"small", "large"};
const std::array<Nameable, 6> kNames{{
    {"size", ValueType::text, kSizes},
    {"count", ValueType::number, {}},
    {"agree", ValueType::yes_no, {}},
    {"day", ValueType::date, {}},
    {"name", ValueType::text, {}},
    {"other", ValueType::yes_no, {}},
}};

const Told kFacts{{"large", 3.0, true, "2026-05-01", " Luzmi ", false}, 12.5, 2};

Condition parsed(std::string_view text) {
  auto result = Condition::parse(text, kNames);
  if (const auto* misfit = std::get_if<Condition::Misfit>(&result)) {
    FAIL(text << " at " << misfit->offset << ": " << misfit->sentence);
  }
  return std::get<Condition>(result);
}

bool holds(std::string_view text, const Told& facts = kFacts) {
  return parsed(text).holds(facts);
}

TEST_CASE("Condition: comparisons of numbers, texts, dates and yes or no") {
  for (const std::string_view text : {R"(size == "large" and count > 2)",
                                      "count == 3",
                                      "count != 2",
                                      "count < 3.5",
                                      "count <= 3",
                                      "count >= 3",
                                      "2 < count",
                                      R"(size != 'small')",
                                      R"(" large " == size)",
                                      R"(name == "Luzmi")",
                                      R"(day == "2026-05-01")",
                                      R"(day < "2026-05-02")",
                                      R"("2026-04-30" < day)",
                                      R"(day >= "2026-05-01")",
                                      "agree",
                                      "not other",
                                      "agree == true",
                                      "other == false",
                                      "agree != other",
                                      "score == 12.5",
                                      "round == 2",
                                      "true",
                                      "not false",
                                      "answered(size)",
                                      "(agree)",
                                      "(count > 2) == (round > 1)",
                                      "size == size"}) {
    INFO(text);
    CHECK(holds(text));
    CHECK_FALSE(holds("not (" + std::string(text) + ")"));
  }
  CHECK_FALSE(holds(R"(name == "luzmi")"));
  CHECK_FALSE(holds("count > 3"));
}

TEST_CASE("Condition: a list holds what equals one of it") {
  CHECK(holds(R"(size in ("small", "large"))"));
  CHECK(holds("count in (1, 1 + 2)"));
  CHECK(holds(R"(day in ("2026-05-01"))"));
  CHECK(holds("agree in (true)"));
  CHECK_FALSE(holds("count in (1, 2)"));
  CHECK_FALSE(holds("count in (3)", Told{}));
}

TEST_CASE("Condition: what binds tighter is worked out first") {
  CHECK(holds("1 + 2 * 3 == 7"));
  CHECK(holds("(1 + 2) * 3 == 9"));
  CHECK(holds("10 - 2 - 3 == 5"));
  CHECK(holds("12 / 2 / 3 == 2"));
  CHECK(holds("-count + 3 == 0"));
  CHECK(holds("--count == 3"));
  CHECK(holds("2 - -1 == 3"));
  CHECK(holds("true or true and false"));
  CHECK_FALSE(holds("(true or true) and false"));
  CHECK(holds("not false and true"));
  CHECK(holds("not count == 4"));
  CHECK(holds("not not true"));
  CHECK(holds("count\n  >\t2"));
}

TEST_CASE("Condition: what has no answer equals nothing, and is different from all") {
  const Told nobody;
  for (const std::string_view text :
       {"count == 3", "count < 3", "count >= 3", "count + 1 == 1", "-count == 0",
        R"(size == "small")", "agree", "agree == false", "answered(agree)", "size == size",
        R"(day > "2026-01-01")"}) {
    INFO(text);
    CHECK_FALSE(holds(text, nobody));
  }
  for (const std::string_view text :
       {"count != 3", "count * 2 != 0", R"(size != "small")", "agree != false", "not agree",
        "not answered(agree)", R"(day != "2026-01-01")"}) {
    INFO(text);
    CHECK(holds(text, nobody));
  }
  CHECK_FALSE(holds("count == 3", Told{{""s, "three"}}));  // of another type: no answer
}

TEST_CASE("Condition: what is divided by 0 compares with nothing") {
  for (const std::string_view op : {"==", "!=", "<", "<=", ">", ">="}) {
    CHECK_FALSE(holds("1 / 0 " + std::string(op) + " 1"));
    CHECK_FALSE(holds("1 " + std::string(op) + " 1 / (count - 3)"));
  }
  CHECK_FALSE(holds("0 / 0 == 0 / 0"));
  CHECK_FALSE(holds("count in (1 / 0)"));
}

TEST_CASE("Condition: an empty one always holds, one from a text never is empty") {
  CHECK(Condition{}.is_always());
  CHECK(Condition{}.holds(Told{}));
  CHECK(Condition{}.asks().empty());
  CHECK_FALSE(parsed("true").is_always());
}

TEST_CASE("Condition: tells which questions it names, and where") {
  const Condition condition =
      parsed("count > 1 and answered(agree) or size == 'large' and count < 3");
  CHECK(condition.asks() == std::vector<std::size_t>{0, 1, 2});
  REQUIRE(condition.mentions().size() == 3);
  CHECK(condition.mentions()[0].ask == 1);
  CHECK(condition.mentions()[0].offset == 0);
  CHECK(condition.mentions()[1].ask == 2);
  CHECK(condition.mentions()[1].offset == 23);
}

struct Wrong {
  std::string_view text;
  std::size_t offset;
  std::string_view sentence;
};

void check_wrong(const std::vector<Wrong>& cases) {
  for (const auto& [text, offset, sentence] : cases) {
    INFO(text);
    const auto result = Condition::parse(text, kNames);
    REQUIRE(std::holds_alternative<Condition::Misfit>(result));
    CHECK(std::get<Condition::Misfit>(result).offset == offset);
    CHECK(std::get<Condition::Misfit>(result).sentence == sentence);
  }
}

TEST_CASE("Condition: what was expected is told, and where") {
  check_wrong({
      {"", 0, "Expected a condition, such as `age >= 18`."},
      {"  ", 0, "Expected a condition, such as `age >= 18`."},
      {"count > 2 and", 13, "Expected a value after `and`."},
      {"count > 2 and)", 13, "Expected a value after `and`, not `)`."},
      {"count >", 7, "Expected a value after `>`."},
      {"and", 0, "Expected a value, not `and`."},
      {"not", 3, "Expected a value after `not`."},
      {"(count > 2", 10, "Expected `)` after `2`."},
      {"count > 2)", 9, "This `)` closes nothing."},
      {"agree other", 6, "Expected `and`, `or` or the end after `agree`, not `other`."},
      {"agree 'x'", 6, "Expected `and`, `or` or the end after `agree`, not `'x'`."},
      {"1 < count < 3", 10, "Comparisons make no chains; write `a < b and b < c` for `a < b < c`."},
      {"count in (1) in (2)", 13,
       "Comparisons make no chains; write `a < b and b < c` for `a < b < c`."},
      {"count in 1", 9, "Expected a list in parentheses after `in`, not `1`."},
      {"count in ()", 10, "Expected a value after `(`, not `)`."},
      {"count in (1, 2", 14, "Expected `,` or `)` after `2`."},
      {"answered size", 9, "Expected `(` after `answered`, not `size`."},
      {"answered('x')", 9, "Expected the id of a question after `(`, not `'x'`."},
      {"answered(size", 13, "Expected `)` after `size`."},
      {"count = 3", 6, "Write `==`, not `=`."},
      {"count === 3", 6, "Write `==`, not `===`."},
      {"count !== 3", 6, "Write `!=`, not `!==`."},
      {"agree && other", 6, "Write `and`, not `&&`."},
      {"agree || other", 6, "Write `or`, not `||`."},
      {"!agree", 0, "Write `not`, not `!`."},
      {"count <> 3", 6, "Write `!=`, not `<>`."},
      {"count => 3", 6, "Write `>=`, not `=>`."},
      {"count > 3 ; 1", 10, "`;` means nothing in a condition."},
      {"count > €", 8, "`€` means nothing in a condition."},
      {"count > \xFF", 8, "`\\xff` means nothing in a condition."},
      {"name == 'a", 8, "This text has no closing '."},
      {"name == \"a", 8, "This text has no closing \"."},
      {"count == 3x", 9, "`3x` is neither a number nor an id: ids do not begin with a digit."},
      {"count == 1.2.3", 9, "`1.2.3` is no number."},
      {"count == 5.", 9, "`5.` is no number."},
      {"count == 1234567890123456", 9, "A number has at most 15 digits."},
  });
}

TEST_CASE("Condition: a name that there is not comes with the one that was meant") {
  check_wrong({
      {"cuont > 2", 0, "There is no question \"cuont\". Did you mean \"count\"?"},
      {"size == large", 8, "There is no question \"large\". A text stands in quotes."},
      {"answered(sise)", 9, "There is no question \"sise\". Did you mean \"size\"?"},
      {R"(size == "lerge")", 8, "\"lerge\" is no choice of \"size\". Did you mean \"large\"?"},
      {R"(size == "Large")", 8, "\"Large\" is no choice of \"size\". Did you mean \"large\"?"},
      {R"("x" != size)", 0,
       "\"x\" is no choice of \"size\". It is one of \"small\" and \"large\"."},
      {R"(size in ("small", "medium"))", 18,
       "\"medium\" is no choice of \"size\". It is one of \"small\" and \"large\"."},
  });
}

TEST_CASE("Condition: only what is alike is compared") {
  check_wrong({
      {"size > 3", 5, "A text cannot be compared with a number."},
      {"count == 'x'", 6, "A number cannot be compared with a text."},
      {"agree == 1", 6, "A yes or no cannot be compared with a number."},
      {"day == name", 4, "A date cannot be compared with a text."},
      {"day == 3", 4, "A date cannot be compared with a number."},
      {"count in (1, 'x')", 13, "A number cannot be compared with a text."},
      {"size < 'small'", 5,
       "`<` compares numbers and dates; a text is only equal or not: `==`, `!=`."},
      {"agree >= other", 6,
       "`>=` compares numbers and dates; a yes or no is only equal or not: `==`, `!=`."},
      {"day == '2026-02-30'", 7, "\"2026-02-30\" is no date; dates are written as \"2026-12-31\"."},
      {"'1.5.2026' == day", 0, "\"1.5.2026\" is no date; dates are written as \"2026-12-31\"."},
      {"size", 0,
       "This is a text, which is neither true nor false by itself: compare it with something."},
      {"agree and count", 10,
       "This is a number, which is neither true nor false by itself: compare it with something."},
      {"day or agree", 0,
       "This is a date, which is neither true nor false by itself: compare it with something."},
      {"not count", 4,
       "This is a number, which is neither true nor false by itself: compare it with something."},
      {"count + size > 3", 8, "`+` calculates with numbers; this is a text."},
      {"agree * 2 > 3", 0, "`*` calculates with numbers; this is a yes or no."},
      {"-size == 3", 1, "`-` calculates with numbers; this is a text."},
      {"day - day > 3", 0, "`-` calculates with numbers; this is a date."},
  });
}

TEST_CASE("Condition: it is as long and as deep as its bounds, and no more") {
  const auto nested = [](std::size_t levels) {
    return std::string(levels, '(') + "agree" + std::string(levels, ')');
  };
  CHECK(holds(nested(64)));
  check_wrong({{nested(65), 65, "This is nested more than 64 deep."}});
  std::string negated;
  for (int i = 0; i != 64; ++i) negated += "not ";
  CHECK(holds(negated + "agree"));
  negated += "not ";
  check_wrong({{negated + "agree", 260, "This is nested more than 64 deep."}});
  check_wrong({{std::string(66, '-') + "1 == 1", 65, "This is nested more than 64 deep."}});

  std::string sum = "1";
  while (sum.size() + 4 <= 4096 - 6) sum += " + 1";
  const std::string at_bound = sum + " > 0" + std::string(4096 - sum.size() - 4, ' ');
  CHECK(holds(at_bound));
  check_wrong({{at_bound + " ", 4096, "A condition has at most 4096 bytes."}});
}

}  // namespace
}  // namespace grotto
