#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "script/loading.h"
#include "script/table_reader.h"
#include "script/words.h"

namespace grotto {
namespace {

using namespace std::string_view_literals;

constexpr std::array kKeys{
    "id"sv,     "section"sv, "prompt"sv,    "type"sv,     "choices"sv, "min"sv,
    "max"sv,    "whole"sv,   "pattern"sv,   "mismatch"sv, "default"sv, "optional"sv,
    "tries"sv,  "seconds"sv, "otherwise"sv, "when"sv,     "goto"sv,    "say"sv,
    "points"sv, "correct"sv, "right"sv,     "wrong"sv,    "keep"sv,
};
constexpr std::array kSayKeys{"before"sv, "after"sv};

void read_prompt(Loading& loading, const TableReader& table, Ask& ask) {
  const TomlNode* const node = table.find("prompt");
  if (node == nullptr) {
    loading.fault(table.place(), "A question needs a prompt: prompt = \"What is your name?\".");
    return;
  }
  const std::size_t faults = loading.faults.size();
  ask.prompt = table.filled("prompt", TextForm::lines);
  if (ask.prompt.is_empty() && loading.faults.size() == faults) {
    loading.expected("prompt", *node, "a text that is not empty");
  }
}

void read_section(Loading& loading, const TableReader& table, Ask& ask) {
  const TomlNode* const node = table.find("section");
  if (node == nullptr) return;
  const auto* const id = std::get_if<std::string>(&node->value);
  const auto& ids = loading.section_ids;
  const auto known =
      id == nullptr || id->empty() ? ids.end() : std::find(ids.begin(), ids.end(), *id);
  if (known != ids.end()) {
    ask.section = static_cast<std::size_t>(known - ids.begin());
    return;
  }
  loading.is_flow_known = false;
  if (id == nullptr) {
    loading.expected("section", *node, "the id of a section");
    return;
  }
  loading.fault(node->place, fmt::format("section: there is no section {}.{}", in_quotes(*id),
                                         did_you_mean(*id, ids)));
}

void read_say(Loading& loading, const TableReader& table, Ask& ask) {
  const TomlNode* const node = table.find("say");
  if (node == nullptr) return;
  if (std::holds_alternative<std::string>(node->value)) {
    ask.before = table.filled("say", TextForm::lines);
  } else if (std::holds_alternative<TomlTable>(node->value)) {
    const TableReader say(loading, *node);
    say.check_keys(kSayKeys, "say");
    ask.before = say.filled("before", TextForm::lines);
    ask.after = say.filled("after", TextForm::lines);
  } else {
    loading.expected("say", *node, "a text in quotes, or { before = \"…\", after = \"…\" }");
  }
}

}  // namespace

void read_asks(Loading& loading, const TomlTable& root) {
  const auto tables = tables_of(loading, root, "ask");
  for (std::size_t i = 0; i != loading.script.asks.size(); ++i) {
    const TableReader table(loading, *tables[i]);
    Ask& ask = loading.script.asks[i];
    table.check_keys(kKeys, "a question");
    read_prompt(loading, table, ask);
    read_section(loading, table, ask);
    read_say(loading, table, ask);
    read_ways(loading, table, ask);
    read_bounds(loading, table, ask);
    read_worth(loading, table, ask);
    ask.is_optional = table.yes_no("optional", false);
    ask.is_kept = table.yes_no("keep", true);
  }
}

}  // namespace grotto
