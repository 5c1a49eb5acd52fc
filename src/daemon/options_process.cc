// The chapter of the option table on what the process may do. How: daemon/confinement.h.
#include <algorithm>

#include "daemon/option_values.h"

namespace grotto {

namespace {

std::optional<std::string> set_user(Settings& settings, const Texts& texts) {
  const std::string& text = texts.front();
  const bool is_half = text.starts_with(':') || text.ends_with(':');
  if (is_half || std::count(text.begin(), text.end(), ':') > 1) return "NAME or NAME:GROUP";
  settings.user = text;
  return std::nullopt;
}

}  // namespace

void add_process_options(std::vector<Option>& table) {
  constexpr auto kGroup = OptionGroup::process;
  table.push_back({"user", "NAME[:GROUP]", kGroup, OptionKind::text, "",
                   "Once all is bound, go on as that user; only root can", "", set_user,
                   [](const Settings& s) { return toml_string(s.user); }});
  table.push_back(on_off({"seccomp",
                          "",
                          kGroup,
                          OptionKind::on_off,
                          "",
                          "Refuse every system call that the server has no need of",
                          "",
                          {},
                          {}},
                         [](Settings& s) -> bool& { return s.is_filtered; }));
  table.push_back(on_off({"core",
                          "",
                          kGroup,
                          OptionKind::on_off,
                          "",
                          "Leave a core file after a crash; it holds passwords and keys",
                          "",
                          {},
                          {}},
                         [](Settings& s) -> bool& { return s.leaves_core; }));
}

}  // namespace grotto
