// Prompt: the service that asks: it takes the lead, waits for each answer, keeps it, works on it,
// and asks the next question (docs/prompts.md).
// Threads: one instance per worker; what they share is in prompt_shared.h.
#pragma once

#include <memory>
#include <string>

#include "answers/answer_keeper.h"
#include "base/limits.h"
#include "grotto/service.h"
#include "prompt/programs.h"
#include "script/script.h"

namespace grotto {

struct PromptSetting {
  std::shared_ptr<const Script> script;
  std::shared_ptr<AnswerKeeper> keeper;  // null: answers are kept nowhere
  std::shared_ptr<Programs> programs;    // REQUIRED if the script has a program
  std::string host_key;                  // empty: nobody can be the host
  bool has_tokens = true;                // false: nobody can go on later (a preview)
};

/// Unfinished visits that the keeper has are loaded now, before any worker runs.
ServiceFactory make_prompt_factory(const PromptSetting& setting, const Limits& limits);

/// Other limits (flood control) for a service of that factory. Its worker's thread.
void change_prompt(Service& prompt, const Limits& limits);

}  // namespace grotto
