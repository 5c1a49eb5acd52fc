#include "script/answer.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace grotto {
namespace {

using namespace std::string_literals;

Ask question(AskType type) {
  Ask ask;
  ask.id = "q";
  ask.type = type;
  return ask;
}

Ask number(std::optional<double> min = {}, std::optional<double> max = {}) {
  Ask ask = question(AskType::number);
  ask.min = min;
  ask.max = max;
  return ask;
}

Ask choice(std::vector<std::string> choices) {
  Ask ask = question(AskType::choice);
  ask.choices = std::move(choices);
  return ask;
}

void accepts(const Ask& ask, std::string_view line, const Value& expected) {
  INFO("\"" << line << "\"");
  const auto answer = read_answer(ask, line);
  if (const auto* no = std::get_if<NoAnswer>(&answer)) FAIL(no->code << ": " << no->sentence);
  CHECK(std::get<Value>(answer) == expected);
}

void refuses(const Ask& ask, std::string_view line, std::string_view code,
             std::string_view sentence) {
  INFO("\"" << line << "\"");
  const auto answer = read_answer(ask, line);
  REQUIRE(std::holds_alternative<NoAnswer>(answer));
  CHECK(std::get<NoAnswer>(answer).code == code);
  CHECK(std::get<NoAnswer>(answer).sentence == sentence);
}

TEST_CASE("Answer: a text is what was typed, without blanks at its ends") {
  const Ask ask = question(AskType::text);
  accepts(ask, " Luzmi  Itziar\t", "Luzmi  Itziar"s);
  accepts(ask, "ñandú", "ñandú"s);
  accepts(ask, std::string(4096, 'x'), std::string(4096, 'x'));
  refuses(ask, "", "empty", "Please type an answer.");
  refuses(ask, " \t\u00A0", "empty", "Please type an answer.");
}

TEST_CASE("Answer: a hidden one keeps its blanks") {
  const Ask ask = question(AskType::hidden);
  accepts(ask, " secret ", " secret "s);
  accepts(ask, " ", " "s);
  refuses(ask, "", "empty", "Please type an answer.");
}

TEST_CASE("Answer: an empty line is the default, or nothing if the question is optional") {
  Ask ask = question(AskType::text);
  ask.is_optional = true;
  accepts(ask, "", Value{});
  accepts(ask, "  ", Value{});
  ask.default_value = "green"s;
  accepts(ask, "", "green"s);
  ask.is_optional = false;
  accepts(ask, " ", "green"s);
  accepts(ask, "red", "red"s);
  Ask hidden = question(AskType::hidden);
  hidden.is_optional = true;
  accepts(hidden, "", Value{});
}

TEST_CASE("Answer: numbers have a sign, digits and a point") {
  const Ask ask = number();
  for (const auto& [line, value] : std::vector<std::pair<std::string, double>>{
           {"0", 0},
           {"-0", 0},
           {"7", 7},
           {"+7", 7},
           {"-7", -7},
           {"007", 7},
           {"2.5", 2.5},
           {"-2.50", -2.5},
           {".5", 0.5},
           {"-.5", -0.5},
           {" 3 ", 3},
           {"123456789012345", 123456789012345.0},
           {"0.000000000000001", 1e-15},
           {std::string(4000, '0') + "1", 1},
           {"1.5" + std::string(4000, '0'), 1.5},
           {"999999999999999", 999999999999999.0},
       }) {
    accepts(ask, line, value);
  }
  for (const std::string line : {"x", "1e3", "0x10", "1 2", "--1", "+-1", "-", "+", ".", "5.",
                                 "1.2.3", "١", "½", "NaN", "inf", "1\x01", "1\xFF"}) {
    refuses(ask, line, "not-a-number", "Please type a number.");
  }
  for (const std::string line : {"1,5", "1,000", "1.000,5", "-1,5", ","}) {
    refuses(ask, line, "not-a-number",
            "Please type the number with a point and no comma, such as 1.5.");
  }
  refuses(ask, "one, two", "not-a-number", "Please type a number.");
  for (const std::string line : {"1234567890123456", "0.1234567890123456", "0.0000000000000001",
                                 "99999999999999999999999999999999999999999"}) {
    refuses(ask, line, "not-a-number", "Please type a number of at most 15 digits.");
  }
  refuses(ask, "", "empty", "Please type a number.");
}

TEST_CASE("Answer: a number's bounds are told, and belong to it") {
  const Ask both = number(1, 10);
  accepts(both, "1", 1.0);
  accepts(both, "10", 10.0);
  refuses(both, "0.999", "too-small", "That is too small. Please type a number from 1 to 10.");
  refuses(both, "10.001", "too-large", "That is too large. Please type a number from 1 to 10.");
  refuses(both, "x", "not-a-number", "Please type a number from 1 to 10.");
  refuses(number(1.5), "1", "too-small", "That is too small. Please type a number of 1.5 or more.");
  refuses(number({}, -1), "0", "too-large",
          "That is too large. Please type a number of -1 or less.");
  Ask whole = number(1, 10);
  whole.is_whole = true;
  accepts(whole, "3.0", 3.0);
  refuses(whole, "2.5", "not-whole",
          "Please type a whole number from 1 to 10, without a fraction.");
  refuses(whole, "11", "too-large", "That is too large. Please type a whole number from 1 to 10.");
}

TEST_CASE("Answer: a choice is told by its number, its text, or the beginning of it") {
  const Ask ask = choice({"Small", "Medium", "Medium-large", "ÑANDÚ"});
  accepts(ask, "1", "Small"s);
  accepts(ask, "04", "ÑANDÚ"s);
  accepts(ask, "small", "Small"s);
  accepts(ask, " SMALL ", "Small"s);
  accepts(ask, "s", "Small"s);
  accepts(ask, "medium", "Medium"s);  // whole, though another begins so
  accepts(ask, "medium-", "Medium-large"s);
  accepts(ask, "ñan", "ÑANDÚ"s);
  accepts(ask, "n\u0303andu\u0301", "ÑANDÚ"s);
  refuses(ask, "m", "ambiguous", "\"m\" may be Medium or Medium-large. Please type more of it.");
  const std::string wrong =
      "Please type a number from 1 to 4, or one of: Small, Medium, Medium-large or ÑANDÚ.";
  for (const std::string line :
       {"0", "5", "-1", "huge", "1.5", "smalls", "\u200B", "\xFF", "18446744073709551617"}) {
    refuses(ask, line, "not-a-choice", wrong);
  }
  refuses(ask, "", "empty", "Please type a number from 1 to 4.");
}

TEST_CASE("Answer: a choice that is a number itself is meant before the place") {
  const Ask ask = choice({"3", "2", "1"});
  accepts(ask, "1", "1"s);
  accepts(ask, "3", "3"s);
  accepts(ask, "02", "2"s);  // no text is this one: the second
}

TEST_CASE("Answer: of many choices not all are told") {
  std::vector<std::string> many;
  for (int i = 0; i != 7; ++i) many.push_back("room " + std::string(1, static_cast<char>('a' + i)));
  const Ask ask = choice(many);
  refuses(ask, "x", "not-a-choice",
          "Please type a number from 1 to 7, or the beginning of a choice.");
  refuses(ask, "room", "ambiguous",
          "\"room\" may be room a, room b, room c, room d, room e, room f or another. Please type "
          "more of it.");
}

TEST_CASE("Answer: yes or no, in full or by a letter") {
  const Ask ask = question(AskType::yes_no);
  for (const std::string line : {"yes", "YES", "y", " Y ", "true"}) accepts(ask, line, true);
  for (const std::string line : {"no", "No", "n", "false"}) accepts(ask, line, false);
  for (const std::string line : {"ye", "1", "0", "nope", "\x01"}) {
    refuses(ask, line, "not-yes-no", "Please type yes or no.");
  }
  refuses(ask, "", "empty", "Please type yes or no.");
}

TEST_CASE("Answer: a date is a day that there is, in one form") {
  Ask ask = question(AskType::date);
  accepts(ask, " 2026-02-28 ", "2026-02-28"s);
  accepts(ask, "2024-02-29", "2024-02-29"s);
  for (const std::string line : {"31.12.2026", "2026-1-1", "tomorrow", "2026-12-31T10:00"}) {
    refuses(ask, line, "not-a-date", "Please type the date as 2026-12-31.");
  }
  for (const std::string line : {"2026-02-29", "2026-13-01", "0000-01-01"}) {
    refuses(ask, line, "not-a-date", "There is no such day. Please type the date as 2026-12-31.");
  }
  refuses(ask, "", "empty", "Please type a date, as 2026-12-31.");
  ask.min_date = "2026-01-01";
  refuses(ask, "2025-12-31", "too-early",
          "That is too early. Please type a date from 2026-01-01 on.");
  ask.max_date = "2026-12-31";
  accepts(ask, "2026-01-01", "2026-01-01"s);
  accepts(ask, "2026-12-31", "2026-12-31"s);
  refuses(ask, "2025-12-31", "too-early",
          "That is too early. Please type a date from 2026-01-01 to 2026-12-31.");
  refuses(ask, "2027-01-01", "too-late",
          "That is too late. Please type a date from 2026-01-01 to 2026-12-31.");
  ask.min_date.clear();
  refuses(ask, "2027-01-01", "too-late", "That is too late. Please type a date until 2026-12-31.");
}

TEST_CASE("Answer: an e-mail address looks like one") {
  const Ask ask = question(AskType::email);
  const std::string local(64, 'a');
  for (const std::string& line :
       {"luzmi@example.org"s, "a.b+c_d@x-y.example.org"s, "o'brien@example.co"s, "ñandú@españa.es"s,
        local + "@example.org", "a@" + std::string(63, 'x') + ".org"}) {
    accepts(ask, line, line);
  }
  const std::string label = "." + std::string(62, 'x');
  const std::string longest = "a@b" + label + label + label + "." + std::string(61, 'x');
  CHECK(longest.size() == 254);
  accepts(ask, longest, longest);
  for (const std::string& line : {"luzmi"s,
                                  "@example.org"s,
                                  "luzmi@"s,
                                  "luzmi@example"s,
                                  "a@b@example.org"s,
                                  "a b@example.org"s,
                                  "a@exa mple.org"s,
                                  "a@.org"s,
                                  "a@example..org"s,
                                  "a@example.org."s,
                                  "a@-x.org"s,
                                  "a@x-.org"s,
                                  "a@example.o"s,
                                  "a@127.0.0.1"s,
                                  ".a@example.org"s,
                                  "a.@example.org"s,
                                  "a..b@example.org"s,
                                  "<a@example.org>"s,
                                  "a\x01@example.org"s,
                                  "a@exam_ple.org"s,
                                  local + "a@example.org",
                                  "a@" + std::string(64, 'x') + ".org",
                                  longest + "x"}) {
    refuses(ask, line, "not-an-email", "Please type an e-mail address, such as luzmi@example.org.");
  }
  refuses(ask, "", "empty", "Please type an e-mail address, such as luzmi@example.org.");
}

TEST_CASE("Answer: a pattern has its own sentence, and is asked last") {
  for (const AskType type : {AskType::text, AskType::email, AskType::hidden}) {
    Ask ask = question(type);
    ask.pattern = std::get<Pattern>(Pattern::compile(".*@example\\.org"));
    ask.mismatch = "Only our own addresses, please.";
    accepts(ask, "a@example.org", "a@example.org"s);
    refuses(ask, "a@example.com", "mismatch", "Only our own addresses, please.");
  }
}

TEST_CASE("Answer: it is correct if it is one of those, in whatever case") {
  Ask ask = question(AskType::text);
  CHECK_FALSE(is_correct(ask, "x"s));
  ask.correct = {Value{"Bilbao"s}, Value{" ñandú "s}};
  CHECK(is_correct(ask, "bilbao"s));
  CHECK(is_correct(ask, " BILBAO "s));
  CHECK(is_correct(ask, "ÑANDÚ"s));
  CHECK_FALSE(is_correct(ask, "Bilba"s));
  CHECK_FALSE(is_correct(ask, Value{}));
  ask.correct = {Value{3.0}, Value{true}};
  CHECK(is_correct(ask, 3.0));
  CHECK(is_correct(ask, true));
  CHECK_FALSE(is_correct(ask, false));
  CHECK_FALSE(is_correct(ask, 2.0));
  CHECK_FALSE(is_correct(ask, "3"s));
}

TEST_CASE("Answer: the hint after a prompt tells what is asked for") {
  CHECK(hint(question(AskType::text)).empty());
  CHECK(hint(question(AskType::email)).empty());
  CHECK(hint(question(AskType::hidden)).empty());
  CHECK(hint(choice({"a", "b", "c"})) == "(1-3)");
  CHECK(hint(number()) == "(a number)");
  CHECK(hint(number(1, 10)) == "(1-10)");
  CHECK(hint(number(-5, 10)) == "(-5 to 10)");
  CHECK(hint(number(1.5)) == "(1.5 or more)");
  CHECK(hint(number({}, 10)) == "(10 or less)");
  Ask whole = number();
  whole.is_whole = true;
  CHECK(hint(whole) == "(a whole number)");

  Ask ask = question(AskType::yes_no);
  CHECK(hint(ask) == "(yes/no)");
  ask.default_value = true;
  CHECK(hint(ask) == "(yes/no) [yes]");

  Ask date = question(AskType::date);
  date.is_optional = true;
  CHECK(hint(date) == "(YYYY-MM-DD, optional)");
  date.min_date = "2026-01-01";
  CHECK(hint(date) == "(YYYY-MM-DD from 2026-01-01 on, optional)");

  Ask text = question(AskType::text);
  text.is_optional = true;
  CHECK(hint(text) == "(optional)");
  text.default_value = "green"s;
  CHECK(hint(text) == "(optional) [green]");
  text.is_optional = false;
  CHECK(hint(text) == "[green]");
  text.type = AskType::hidden;
  CHECK(hint(text).empty());
}

}  // namespace
}  // namespace grotto
