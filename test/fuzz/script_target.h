// What the fuzzer of scripts does with each input, and script_test with its corpus: any text is
// loaded, and if it is a script, its questions are asked. Threads: no state; any.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/check.h"
#include "condition_target.h"
#include "line/text.h"
#include "script/answer.h"
#include "script/flow.h"
#include "script/load_script.h"

namespace grotto::test {

inline void fuzz_answers(const Ask& ask) {
  static_cast<void>(hint(ask));
  for (const std::string_view line :
       {"", " ", "1", "-0.5", "yes", "2026-01-31", "a@example.org", "large", "\xFF", "\u200B"}) {
    const auto answer = read_answer(ask, line);
    if (const auto* const no = std::get_if<NoAnswer>(&answer)) {
      GROTTO_CHECK(!no->code.empty());
      GROTTO_CHECK(!no->sentence.empty());
      GROTTO_CHECK(no->sentence.find('\n') == std::string::npos);
      continue;
    }
    const Value& value = std::get<Value>(answer);
    static_cast<void>(is_correct(ask, value));
    static_cast<void>(to_json(value));
    // What is an answer is the same one when it is typed as it reads.
    if (ask.type == AskType::hidden || std::holds_alternative<std::monostate>(value)) continue;
    const auto again = read_answer(ask, to_text(value));
    GROTTO_CHECK(std::holds_alternative<Value>(again));
    GROTTO_CHECK(std::get<Value>(again) == value);
  }
}

inline void fuzz_script(std::string_view text) {
  const LoadedScript loaded = load_script(text);
  GROTTO_CHECK((loaded.script == nullptr) == !loaded.faults.empty());
  GROTTO_CHECK(loaded.faults.size() <= 100);
  const Place* before = nullptr;
  for (const ScriptFault& fault : loaded.faults) {
    GROTTO_CHECK(fault.place.line >= 1 && fault.place.column >= 1);
    GROTTO_CHECK(before == nullptr || *before <= fault.place);
    GROTTO_CHECK(!fault.sentence.empty());
    GROTTO_CHECK(is_clean(to_string(fault, "x.toml")));
    before = &fault.place;
  }
  if (loaded.script == nullptr) return;
  const Script& script = *loaded.script;
  const FuzzFacts facts({Value{"large"}, Value{2.5}, Value{true}, Value{}}, 3);
  for (std::size_t i = 0; i != script.asks.size(); ++i) {
    const Ask& ask = script.asks[i];
    fuzz_answers(ask);
    GROTTO_CHECK(!ask.prompt.is_empty());
    static_cast<void>(ask.prompt.fill(facts));
    static_cast<void>(ask.after.fill(facts));
    const std::size_t next = next_ask(script, i, facts);
    GROTTO_CHECK(next == kScriptEnd || next < script.asks.size());
  }
  static_cast<void>(script.end.fill(facts));
  static_cast<void>(first_ask(script, facts));
}

}  // namespace grotto::test
