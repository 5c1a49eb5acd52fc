// Script: questions, in order, with all that belongs to them: what `grottod prompt FILE.toml`
// asks. Plain data, made by load_script(); docs/prompts.md is its manual.
// Threads: immutable once loaded; any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "script/condition.h"
#include "script/fault.h"
#include "script/pattern.h"
#include "script/template.h"
#include "script/value.h"

namespace grotto {

enum class AskType : std::uint8_t { text, number, choice, yes_no, date, email, hidden };

[[nodiscard]] std::string_view to_string(AskType type) noexcept;  // "text", "yes-no", …

inline constexpr std::size_t kScriptEnd = static_cast<std::size_t>(-1);  // where a goto may lead
inline constexpr std::size_t kNoSection = static_cast<std::size_t>(-1);

/// Where to go on after an answer, if the condition holds.
struct Goto {
  Condition when;
  std::size_t to = kScriptEnd;  // a place in Script::asks
  Place place;
};

struct Ask {
  std::string id;
  Place place;  // of its table
  std::size_t section = kNoSection;
  Template prompt;
  AskType type = AskType::text;

  // What is an answer.
  std::vector<std::string> choices;  // of a choice: at least 2
  std::optional<double> min, max;    // of a number
  bool is_whole = false;             // of a number: no fraction
  std::string min_date, max_date;    // of a date; empty: any
  std::optional<Pattern> pattern;
  std::string mismatch;       // the sentence when the pattern does not match; never empty with one
  Value default_value;        // what an empty line stands for; nothing: it does not stand for one
  bool is_optional = false;   // an empty line, or /skip, leaves it without an answer
  unsigned tries = 0;         // so many lines that are no answer; 0: any number
  std::uint64_t seconds = 0;  // to answer in; 0: any time
  std::size_t otherwise = kScriptEnd;  // where to go when tries or seconds have run out …
  bool has_otherwise = false;  // … if one is given; else the default, none if optional, or the end

  // When, and what next.
  Condition when;           // else it is passed over
  std::vector<Goto> gotos;  // the first that holds; none: the next question
  Template before, after;   // said before the prompt, and after an answer

  // What it is worth.
  double points = 0;
  std::vector<Value> correct;  // any of these; empty: there is no right and wrong
  Template right, wrong;       // said after a right and a wrong answer

  bool is_kept = true;  // false: the answers file gets null in its place
  bool is_run = false;  // the program gets the answers to it
};

struct Section {
  std::string id;
  Template title;  // said as `== TITLE ==` when a question of it follows one of another
  Condition when;  // else all its questions are passed over
  Place place;
};

/// `[run]`: the program that works on answers.
struct RunProgram {
  std::vector<std::string> command;  // words, the first is the program; not empty
  bool is_shared = false;            // `per = "server"`: one for all; else one per connection
  std::uint64_t seconds = 10;        // it has for each answer
  bool ends_on_failure = false;      // `on-failure = "end"`: the session ends; else it goes on
  Place place;
};

/// `[race]`: all get the same question at the same time, and the fastest right answer wins.
struct Race {
  std::uint64_t players = 2;        // it begins by itself with so many; 0: the host begins it
  std::uint64_t seconds = 20;       // for a question that has no `seconds` of its own
  std::uint64_t pause_seconds = 3;  // between two questions
  Place place;
};

struct Script {
  std::string title;  // one line; empty: none
  Template start, end, thanks;
  bool is_repeated = false;           // after the end comes the next round, on the same connection
  bool tells_token = false;           // `tells-token`: the token for /resume is told at the start
  std::size_t name_ask = kScriptEnd;  // `name = "id"`: whose answer names the person in tables
  std::vector<Section> sections;
  std::vector<Ask> asks;  // at least one
  std::optional<RunProgram> run;
  std::optional<Race> race;

  [[nodiscard]] bool has_score() const noexcept;
};

}  // namespace grotto
