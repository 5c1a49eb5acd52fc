#include "daemon/open_prompt.h"

#include <fmt/format.h>
#include <sysexits.h>

#include <utility>

#include "answers/open_answers.h"
#include "base/log.h"
#include "daemon/answer_programs.h"
#include "prompt/prompt.h"

namespace grotto {

namespace {

Result<std::shared_ptr<AnswerKeeper>> open_keeper(const Settings& settings,
                                                  std::shared_ptr<Records> store) {
  std::shared_ptr<AnswerKeeper> none;
  if (settings.answers == "none") return none;
  if (settings.answers.empty() || settings.answers == "store") {
    if (store != nullptr) {
      return std::shared_ptr<AnswerKeeper>(keep_answers_in(std::move(store)));
    }
    if (!settings.answers.empty()) {
      return Error{"--answers store: there is no store here (--store).", EX_USAGE};
    }
    log::warning("answers are kept in memory only", {{"why", "there is no store"}});
    return none;
  }
  auto opened = open_answers_file(settings.answers);
  if (!opened) return opened.error();
  log::info("answers are kept", {{"file", settings.answers}});
  return std::shared_ptr<AnswerKeeper>(std::move(*opened));
}

}  // namespace

Result<std::shared_ptr<const Script>> open_script(const Settings& settings) {
  auto loaded = load_script_file(settings.script);
  if (!loaded) return loaded.error();
  if (loaded->script != nullptr) return loaded->script;
  std::string sentences;
  for (const ScriptFault& fault : loaded->faults) {
    if (!sentences.empty()) sentences += '\n';
    sentences += to_string(fault, settings.script);
  }
  return Error{std::move(sentences), EX_CONFIG};
}

Result<Done> add_prompt(const Settings& settings, std::shared_ptr<Records> store,
                        Services& services) {
  auto script = open_script(settings);
  if (!script) return script.error();
  auto keeper = open_keeper(settings, std::move(store));
  if (!keeper) return keeper.error();
  PromptSetting setting;
  setting.script = *script;
  setting.keeper = *keeper;
  setting.host_key = settings.host_key;
  setting.has_tokens = !settings.is_preview;
  if ((*script)->run) {
    // A program stands beside its script.
    const std::size_t slash = settings.script.rfind('/');
    auto programs = std::make_shared<AnswerPrograms>(
        slash == std::string::npos ? std::string() : settings.script.substr(0, slash + 1));
    setting.programs = programs;
    services.companions.push_back(std::move(programs));
  }
  services.factories["prompt"] = make_prompt_factory(setting, settings.limits);
  services.changes["prompt"] = [](Service& prompt, const Settings& changed) {
    change_prompt(prompt, changed.limits);
  };
  return Done{};
}

}  // namespace grotto
