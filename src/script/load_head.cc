#include <fmt/format.h>

#include <array>

#include "script/loading.h"
#include "script/table_reader.h"
#include "script/words.h"

namespace grotto {

using namespace std::string_view_literals;

void read_head(Loading& loading, const TomlTable& root) {
  constexpr std::array kKeys{"title"sv,  "start"sv,       "end"sv,  "thanks"sv,
                             "repeat"sv, "tells-token"sv, "name"sv, "section"sv,
                             "ask"sv,    "run"sv,         "race"sv};
  const TableReader table(loading, root, Place{});
  table.check_keys(kKeys, "a script");
  Script& script = loading.script;
  script.title = table.text("title", TextForm::one_line).value_or("");
  script.start = table.filled("start", TextForm::lines);
  script.end = table.filled("end", TextForm::lines);
  script.thanks = table.filled("thanks", TextForm::lines);
  script.is_repeated = table.yes_no("repeat", false);
  script.tells_token = table.yes_no("tells-token", false);
  for (const Mention& mention : script.start.mentions()) {
    loading.fault(mention.place,
                  "start: nothing has been answered yet, so no answer can be named.");
  }
  const TomlNode* const name = table.find("name");
  if (name == nullptr) return;
  const auto ask = read_ask(loading, "name", *name);
  if (!ask) return;
  script.name_ask = *ask;
  if (script.asks[*ask].type == AskType::hidden) {
    loading.fault(name->place, "name: the answer is hidden, and a name is shown.");
  }
}

void read_sections(Loading& loading, const TomlTable& root) {
  constexpr std::array kKeys{"id"sv, "title"sv, "when"sv};
  const auto tables = tables_of(loading, root, "section");
  for (std::size_t i = 0; i != loading.script.sections.size(); ++i) {
    const TableReader table(loading, *tables[i]);
    table.check_keys(kKeys, "a section");
    Section& section = loading.script.sections[i];
    section.title = table.filled("title", TextForm::one_line);
    section.when = table.condition("when");
  }
}

}  // namespace grotto
