// Every fault of a script but the flow's, each where it is: at the `§`.
#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "marked.h"

namespace grotto {
namespace {

using test::faults;

/// A script of one question of a type, with more keys.
std::string ask_of(std::string_view type, std::string_view keys) {
  return "[[ask]]\nid = \"a\"\nprompt = \"A?\"\ntype = \"" + std::string(type) + "\"\n" +
         std::string(keys) + "\n";
}

std::string text(std::string_view keys) {
  return ask_of("text", keys);
}

/// A second question, "b", behind a first, "a", of a type.
std::string second(std::string_view type, std::string_view keys) {
  return ask_of(type, "") + "[[ask]]\nid = \"b\"\nprompt = \"B?\"\n" + std::string(keys) + "\n";
}

TEST_CASE("Fault: keys that there are not") {
  faults("§titel = \"x\"\n" + text(""),
         {"\"titel\" is no key of a script. Did you mean \"title\"?"});
  faults("§\"a\\u001bb\" = \"x\"\n" + text(""), {"\"a\\u{1b}b\" is no key of a script."});
  faults(text("§weather = 1"), {"\"weather\" is no key of a question."});
  faults(text("§promt = \"x\""), {"\"promt\" is no key of a question. Did you mean \"prompt\"?"});
  faults(text("say = { before = \"x\", §afterr = \"y\" }"),
         {"\"afterr\" is no key of say. Did you mean \"after\"?"});
  faults(text("goto = [{ to = \"end\", §wen = \"true\" }]"),
         {"\"wen\" is no key of a goto. Did you mean \"when\"?"});
  faults("[[section]]\nid = \"s\"\n§prompt = \"x\"\n" + text("section = \"s\""),
         {"\"prompt\" is no key of a section."});
  faults("[run]\ncommand = [\"x\"]\n§comand = 1\n" + text(""),
         {"\"comand\" is no key of run. Did you mean \"command\"?"});
  faults("[race]\n§player = 1\n" + text("correct = \"x\""),
         {"\"player\" is no key of race. Did you mean \"players\"?"});
}

TEST_CASE("Fault: values of another type") {
  faults("title = §1\n" + text(""), {"title: expected a text in quotes, not 1."});
  faults("start = §[]\n" + text(""), {"start: expected a text in quotes, not a list."});
  faults("repeat = §\"yes\"\n" + text(""), {"repeat: expected true or false, not \"yes\"."});
  faults("tells-token = §10:00:00\n" + text(""),
         {"tells-token: expected true or false, not a time."});
  faults("name = §true\n" + text(""), {"name: expected the id of a question, not true."});
  faults("ask = §1", {"ask: expected tables that each begin with [[ask]], not 1."});
  faults("§[ask]\nid = \"a\"", {"ask: expected tables that each begin with [[ask]], not a table."});
  faults("ask = §[{ id = \"a\", prompt = \"A?\" }, 2]",
         {"ask: expected tables that each begin with [[ask]], not a list."});
  faults("section = §1.5\n" + text(""),
         {"section: expected tables that each begin with [[section]], not 1.5."});
  faults("run = §2026-01-01\n" + text(""), {"run: expected a table: [run], not 2026-01-01."});
  faults("race = {}\n" + text("correct = \"x\""), {});
}

TEST_CASE("Fault: ids that are missing, cannot be, or are there twice") {
  faults("§[[ask]]\nprompt = \"A?\"", {"A question needs an id: id = \"name\"."});
  faults("[[ask]]\nid = §1\nprompt = \"A?\"",
         {"id: expected letters, digits and _, no digit first, at most 64, not 1."});
  for (const std::string id : {"", "1a", "a-b", "ñ", "a b"}) {
    faults("[[ask]]\nid = §\"" + id + "\"\nprompt = \"A?\"",
           {"id: expected letters, digits and _, no digit first, at most 64, not \"" + id + "\"."});
  }
  for (const std::string id :
       {"and", "or", "not", "in", "true", "false", "end", "score", "round", "answered"}) {
    faults("[[ask]]\nid = §\"" + id + "\"\nprompt = \"A?\"",
           {"id: \"" + id + "\" means something else in conditions, texts or gotos."});
  }
  faults(text("") + "[[ask]]\nid = §\"a\"\nprompt = \"A?\"",
         {"There are two questions \"a\": the other is in line 2."});
  faults("§[[section]]\n" + text(""), {"A section needs an id: id = \"name\"."});
  faults("[[section]]\nid = \"s\"\n[[section]]\nid = §\"s\"\n" + text("section = \"s\""),
         {"There are two sections \"s\": the other is in line 2."});
}

TEST_CASE("Fault: ids that nothing has") {
  faults("name = §\"b\"\n" + text(""), {"name: there is no question \"b\"."});
  faults("name = §\"\"\n" + text(""), {"name: there is no question \"\"."});
  faults(second("text", "goto = §\"aa\""), {"goto: there is no question \"aa\"."});
  faults(second("text", "goto = [{ to = §\"nowhere\" }]"),
         {"to: there is no question \"nowhere\"."});
  faults(text("tries = 2\notherwise = §\"x\""), {"otherwise: there is no question \"x\"."});
  faults("[[section]]\nid = \"order\"\n" + text("section = §\"oder\""),
         {"section: there is no section \"oder\". Did you mean \"order\"?"});
  faults(text("section = §1"), {"section: expected the id of a section, not 1."});
  faults(text("section = §\"\""), {"section: there is no section \"\"."});
  faults(text("") + "[run]\ncommand = [\"x\"]\nfor = [§\"b\"]",
         {"for: there is no question \"b\"."});
}

TEST_CASE("Fault: a question without a prompt, or with an empty one") {
  faults("§[[ask]]\nid = \"a\"", {"A question needs a prompt: prompt = \"What is your name?\"."});
  faults("[[ask]]\nid = \"a\"\nprompt = §\"\"",
         {"prompt: expected a text that is not empty, not \"\"."});
  faults("[[ask]]\nid = \"a\"\nprompt = §3", {"prompt: expected a text in quotes, not 3."});
}

TEST_CASE("Fault: types and what belongs to others of them") {
  faults("[[ask]]\nid = \"a\"\nprompt = \"A?\"\ntype = §\"numbr\"\nmin = 1",
         {"type: expected \"text\", \"number\", \"choice\", \"yes-no\", \"date\", \"email\" or "
          "\"hidden\", not \"numbr\"."});
  faults(text("§choices = [\"x\", \"y\"]"),
         {"choices: a question of the type \"text\" has no such key."});
  faults(text("§min = 1"), {"min: a question of the type \"text\" has no such key."});
  faults(ask_of("choice", "choices = [\"x\", \"y\"]\n§max = 1"),
         {"max: a question of the type \"choice\" has no such key."});
  faults(ask_of("date", "§whole = true"),
         {"whole: a question of the type \"date\" has no such key."});
  faults(ask_of("number", "§pattern = \"x\"\n§mismatch = \"y\""),
         {"pattern: a question of the type \"number\" has no such key.",
          "mismatch: a question of the type \"number\" has no such key."});
  faults(ask_of("hidden", "§default = \"x\""), {"default: a hidden question has none."});
}

TEST_CASE("Fault: choices") {
  faults("§" + ask_of("choice", ""),
         {"A choice needs its choices: choices = [\"one\", \"other\"]."});
  faults(ask_of("choice", "choices = §\"x\""), {"choices: expected a list of 2 to 50 texts."});
  faults(ask_of("choice", "choices = §[\"x\"]"), {"choices: expected a list of 2 to 50 texts."});
  std::string many = "\"0\"";
  for (int i = 1; i != 50; ++i) many += ", \"" + std::to_string(i) + "\"";
  faults(ask_of("choice", "choices = [" + many + "]"), {});
  faults(ask_of("choice", "choices = §[" + many + ", \"50\"]"),
         {"choices: expected a list of 2 to 50 texts."});
  faults(ask_of("choice", "choices = [\"x\", §1, §\"\", §\" y\"]"),
         {"choices: expected a text in quotes, not 1.",
          "choices: expected a text without blanks at its ends, not \"\".",
          "choices: expected a text without blanks at its ends, not \" y\"."});
  faults(ask_of("choice", "choices = [\"Straße\", §\"STRASSE\"]"),
         {"choices: \"STRASSE\" is there already."});
  faults(ask_of("choice", "choices = [\"x\", \"y§\\nz\"]"), {"choices: expected one line."});
  faults(ask_of("choice", "choices = [\"x\", §\"" + std::string(513, 'y') + "\"]"),
         {"choices: expected at most 512 bytes."});
}

TEST_CASE("Fault: bounds") {
  faults(ask_of("number", "min = §\"1\""),
         {"min: expected a number of at most 15 digits, not \"1\"."});
  faults(ask_of("number", "max = §1000000000000000"),
         {"max: expected a number of at most 15 digits, not 1000000000000000."});
  faults(ask_of("number", "max = §inf"), {"max: expected a number of at most 15 digits, not inf."});
  faults(ask_of("number", "max = §nan"), {"max: expected a number of at most 15 digits, not nan."});
  faults(ask_of("number", "min = -999999999999999\nmax = 999999999999999"), {});
  faults(ask_of("number", "min = 2\nmax = §1"), {"max: no number is between min and this."});
  faults(ask_of("number", "min = 1\nmax = 1"), {});
  faults(ask_of("number", "min = 1.2\nmax = §1.8\nwhole = true"),
         {"max: no number is between min and this."});
  faults(ask_of("number", "whole = §1"), {"whole: expected true or false, not 1."});
  faults(ask_of("date", "min = §\"2026-02-30\""),
         {"min: expected a date, such as 2026-12-31, not \"2026-02-30\"."});
  faults(ask_of("date", "min = §2026-01-01T10:00:00"),
         {"min: expected a date, such as 2026-12-31, not a time."});
  faults(ask_of("date", "max = §1"), {"max: expected a date, such as 2026-12-31, not 1."});
  faults(ask_of("date", "min = 2026-02-01\nmax = §\"2026-01-01\""),
         {"max: no date is between min and this."});
  faults(text("tries = §0"), {"tries: expected a whole number from 1 to 100, not 0."});
  faults(text("tries = §101"), {"tries: expected a whole number from 1 to 100, not 101."});
  faults(text("tries = 100"), {});
  faults(text("tries = §1.0"), {"tries: expected a whole number from 1 to 100, not 1."});
  faults(text("seconds = §-1"), {"seconds: expected a whole number from 1 to 604800, not -1."});
  faults(text("seconds = §604801"),
         {"seconds: expected a whole number from 1 to 604800, not 604801."});
  faults(text("§otherwise = \"end\""),
         {"otherwise: nothing runs out; the question needs tries or seconds, too."});
}

TEST_CASE("Fault: patterns, where they are wrong") {
  faults(text("pattern = \"ab[§c\""), {"pattern: This `[` has no `]`."});
  faults(text("pattern = \"\\\\d\\u00f1\\\\§q\""),
         {"pattern: This escape with a backslash means nothing."});
  faults(text("pattern = 'ñandú(§x'"), {"pattern: The parentheses do not match."});
  faults(text("pattern = \"§\""), {"pattern: Expected a regular expression."});
  faults(text("pattern = §1"), {"pattern: expected a text in quotes, not 1."});
  faults(text("§mismatch = \"x\""), {"mismatch: there is no pattern to match."});
  faults(text("pattern = \"x\"\nmismatch = §\"\""),
         {"mismatch: expected a text that is not empty, not \"\"."});
  faults(text("pattern = \"x\"\nmismatch = \"x§\\ny\""), {"mismatch: expected one line."});
}

TEST_CASE("Fault: defaults and correct answers that are none") {
  faults(text("default = §1"), {"default: expected a text in quotes, not 1."});
  faults(text("default = §\"\""),
         {"default: \"\" is no answer to this question: Please type an answer."});
  faults(text("optional = true\ndefault = §\"\""),
         {"default: \"\" is no answer to this question: Please type an answer."});
  faults(text("pattern = \"x\"\ndefault = §\"y\""),
         {"default: \"y\" is no answer to this question: That does not look right."});
  faults(
      ask_of("number", "max = 10\ndefault = §11"),
      {"default: 11 is no answer to this question: That is too large. Please type a number of 10 "
       "or less."});
  faults(ask_of("number", "default = §\"1\""), {"default: expected a number, not \"1\"."});
  faults(ask_of("number", "whole = true\ncorrect = [1, §1.5]"),
         {"correct: 1.5 is no answer to this question: Please type a whole number, without a "
          "fraction."});
  faults(ask_of("yes-no", "default = §\"maybe\""),
         {"default: \"maybe\" is no answer to this question: Please type yes or no."});
  faults(ask_of("yes-no", "default = §1"), {"default: expected true or false, not 1."});
  faults(
      ask_of("date", "min = 2026-01-01\ncorrect = §2025-01-01"),
      {"correct: 2025-01-01 is no answer to this question: That is too early. Please type a date "
       "from 2026-01-01 on."});
  faults(ask_of("date", "correct = §2025"),
         {"correct: expected a date, such as 2026-12-31, not 2025."});
  faults(ask_of("email", "default = §\"x\""),
         {"default: \"x\" is no answer to this question: Please type an e-mail address, such as "
          "luzmi@example.org."});
  faults(ask_of("choice", "choices = [\"small\", \"large\"]\ndefault = §\"lage\""),
         {"default: \"lage\" is none of the choices. Did you mean \"large\"?"});
  faults(ask_of("choice", "choices = [\"small\", \"large\"]\ncorrect = §1"),
         {"correct: expected the text of a choice, not 1."});
  faults(ask_of("choice", "choices = §[]\ndefault = \"x\""),
         {"choices: expected a list of 2 to 50 texts."});
  faults(text("correct = §[]"), {"correct: expected 1 to 50 answers."});
  faults(text("§points = 1\n§right = \"x\"\n§wrong = \"x\""),
         {"points: the question needs the key correct, too.",
          "right: the question needs the key correct, too.",
          "wrong: the question needs the key correct, too."});
  faults(text("correct = \"x\"\npoints = §\"1\""),
         {"points: expected a number from -1000000 to 1000000, not \"1\"."});
  faults(text("correct = \"x\"\npoints = §1000001"),
         {"points: expected a number from -1000000 to 1000000, not 1000001."});
}

TEST_CASE("Fault: conditions, where they are wrong") {
  faults(second("number", "when = \"a > 2 §cnd a < 3\""),
         {"Expected `and`, `or` or the end after `2`, not `cnd`."});
  faults(second("number", "when = '''\na > 2\n  and§'''"), {"Expected a value after `and`."});
  faults(second("text", "when = \"a == \\\"\\u00f1\\\" or §c == 'x'\""),
         {"There is no question \"c\". A text stands in quotes."});
  faults(second("text", "when = \"§\""), {"Expected a condition, such as `age >= 18`."});
  faults(second("text", "when = §true"), {"when: expected a text in quotes, not true."});
  faults(second("text", "goto = [{ when = \"a §< 'x'\", to = \"end\" }]"),
         {"`<` compares numbers and dates; a text is only equal or not: `==`, `!=`."});
  faults("[[section]]\nid = \"s\"\nwhen = \"§x\"\n" + text("section = \"s\""),
         {"There is no question \"x\". A text stands in quotes."});
  faults(
      "[[ask]]\nid = \"a\"\nprompt = \"A?\"\ntype = \"choice\"\nchoices = [\"small\", \"large\"]\n"
      "goto = [{ when = 'a == §\"smal\"', to = \"end\" }]",
      {"\"smal\" is no choice of \"a\". Did you mean \"small\"?"});
}

TEST_CASE("Fault: gotos") {
  faults(text("goto = §1"), {"goto: expected { when = \"…\", to = \"id\" }, not 1."});
  faults(text("goto = §[]"), {"goto: expected 1 to 50 ways."});
  faults(text("goto = [§\"end\"]"), {"goto: expected { when = \"…\", to = \"id\" }, not \"end\"."});
  faults(text("goto = [§{ when = \"true\" }]"), {"A goto needs its question: to = \"id\"."});
  faults(text("goto = [{ to = \"end\" }, §{ to = \"end\" }]"),
         {"This goto is never followed: the one before it always is."});
  faults(text("goto = { to = §1 }"), {"to: expected the id of a question, not 1."});
}

TEST_CASE("Fault: texts, where they are wrong") {
  faults("end = \"Bye, {§nme}.\"\n" + text(""), {"There is no question \"nme\"."});
  faults("thanks = \"\"\"\nBye,\n  §{a.\"\"\"\n" + text(""),
         {"This `{` has no `}`; a brace that is to be seen is written as `{{`."});
  faults("start = \"Hello {§a}\"\n" + text(""),
         {"start: nothing has been answered yet, so no answer can be named."});
  faults(text("say = \"x§\\u001b[31m\""), {"say: a text has no \\u{1b} in it: terminals obey it."});
  faults(text("say = { after = \"§\\u202ex\" }"),
         {"after: a text has no \\u{202e} in it: terminals obey it."});
  faults("title = \"a§\\nb\"\n" + text(""), {"title: expected one line."});
  faults("start = \"a\\tb\\n§\\rc\"\n" + text(""),
         {"start: a text has no \\u{d} in it: terminals obey it."});
  faults("start = §\"" + std::string(16 * 1024 + 1, 'x') + "\"\n" + text(""),
         {"start: expected at most 16384 bytes."});
  faults("start = \"" + std::string(16 * 1024, 'x') + "\"\n" + text(""), {});
  faults(text("say = §1"),
         {"say: expected a text in quotes, or { before = \"…\", after = \"…\" }, not 1."});
  faults("end = \"{§a}\"\n" + ask_of("hidden", ""),
         {"The answer to \"a\" is hidden: no text may show it."});
  faults("name = §\"a\"\n" + ask_of("hidden", ""),
         {"name: the answer is hidden, and a name is shown."});
}

TEST_CASE("Fault: the program") {
  faults(text("") + "§[run]", {"run needs a program: command = [\"program\", \"word\"]."});
  faults(text("") + "[run]\ncommand = §\"x\"", {"command: expected a list of 1 to 64 words."});
  faults(text("") + "[run]\ncommand = §[]", {"command: expected a list of 1 to 64 words."});
  faults(text("") + "[run]\ncommand = [§\"\", \"\"]",
         {"command: expected the name of a program, not \"\"."});
  faults(text("") + "[run]\ncommand = [\"x\", §1]", {"command: expected a text in quotes, not 1."});
  faults(text("") + "[run]\ncommand = [\"x\"]\nper = §\"room\"",
         {"per: expected \"connection\" or \"server\", not \"room\"."});
  faults(text("") + "[run]\ncommand = [\"x\"]\non-failure = §1",
         {"on-failure: expected \"go-on\" or \"end\", not 1."});
  faults(text("") + "[run]\ncommand = [\"x\"]\nseconds = §0",
         {"seconds: expected a whole number from 1 to 3600, not 0."});
  faults(text("") + "[run]\ncommand = [\"x\"]\nfor = §[]",
         {"for: expected a list of the ids of questions, not a list."});
  faults(text("") + "[run]\ncommand = [\"x\"]\nfor = [\"a\", §\"a\"]",
         {"for: \"a\" is there already."});
}

TEST_CASE("Fault: the race") {
  faults(text("") + "§[race]", {"A race needs a question with the key correct at least."});
  const std::string rule =
      ": a race asks everybody the same questions, once: it has no goto, otherwise, when, repeat "
      "and "
      "run.";
  faults("§repeat = true\n" +
             text("correct = \"x\"\ntries = 1\n§goto = \"b\"\n§otherwise = \"end\"") +
             "[race]\n[[section]]\nid = \"s\"\n§when = \"true\"\n[§run]\ncommand = [\"x\"]\n" +
             "[[ask]]\nid = \"b\"\nsection = \"s\"\nprompt = \"B?\"\n§when = \"true\"",
         {"repeat" + rule, "goto" + rule, "otherwise" + rule, "when" + rule, "run" + rule,
          "when" + rule});
  faults("[race]\nplayers = §10001\nseconds = §0\npause = §601\n" + text("correct = \"x\""),
         {"players: expected a whole number from 0 to 10000, not 10001.",
          "seconds: expected a whole number from 1 to 3600, not 0.",
          "pause: expected a whole number from 0 to 600, not 601."});
}

TEST_CASE("Fault: a mark at the file's begin, Windows line ends and emoji do not shift places") {
  faults(
      "\xEF\xBB\xBF"
      "title = §1\r\n" +
          text(""),
      {"title: expected a text in quotes, not 1."});
  faults("# 😀\r\n[[ask]]\r\nid = \"a\"\r\nprompt = \"😀 {§x}\"\r\n",
         {"There is no question \"x\"."});
  faults("[[ask]]\r\nid = \"a\"\r\nprompt = \"\"\"\r\n😀\r\n {§xyz}\"\"\"\r\n",
         {"There is no question \"xyz\"."});
}

}  // namespace
}  // namespace grotto
