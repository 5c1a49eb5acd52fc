// What the fuzzer of configuration does with each input, and daemon_test with its corpus: any text
// is settings or one clean sentence with its line; settings print as a file that says the same.
// Threads: no state; any.
#pragma once

#include <sysexits.h>

#include <string>
#include <string_view>

#include "base/check.h"
#include "daemon/config_file.h"
#include "daemon/help.h"
#include "line/text.h"

namespace grotto::test {

inline void fuzz_config(std::string_view text) {
  static const ProgramKind program{.name = "grottod",
                                   .services = {"chat", "echo", "prompt"},
                                   .has_chat = true,
                                   .has_echo = true,
                                   .has_store = true,
                                   .has_prompt = true};
  static const std::vector<Option> table = option_table(program);
  Settings settings;
  const auto keys = read_config_text(text, "x.toml", program, table, settings);
  if (!keys) {
    GROTTO_CHECK(keys.error().exit_status == EX_CONFIG);
    GROTTO_CHECK(keys.error().sentence.starts_with("x.toml:"));
    GROTTO_CHECK(keys.error().sentence.ends_with('.'));
    GROTTO_CHECK(is_clean(keys.error().sentence));
    return;
  }
  for (ListenerSettings& listener : settings.listeners) {
    if (listener.service.empty()) listener.service = settings.service;
  }
  if (settings.workers == 0) settings.workers = 1;  // else the machine's
  const std::string printed = config_text(program, settings);
  Settings again;
  const auto read = read_config_text(printed, "printed.toml", program, table, again);
  GROTTO_CHECK(read.has_value());
  GROTTO_CHECK(config_text(program, again) == printed);
}

}  // namespace grotto::test
