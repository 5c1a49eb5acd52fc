// When a question is asked, and what comes after it.
#include <fmt/format.h>

#include <array>

#include "script/loading.h"
#include "script/table_reader.h"

namespace grotto {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kGotosMax = 50;
constexpr TableReader::Range kTries{1, 100};
constexpr TableReader::Range kSeconds{1, 7ULL * 24 * 60 * 60};
constexpr std::array kGotoKeys{"when"sv, "to"sv};

void read_goto(Loading& loading, const TomlNode& node, Ask& ask) {
  if (!std::holds_alternative<TomlTable>(node.value)) {
    loading.expected("goto", node, "{ when = \"…\", to = \"id\" }");
    loading.is_flow_known = false;
    return;
  }
  const TableReader table(loading, node);
  table.check_keys(kGotoKeys, "a goto");
  const TomlNode* const to = table.find("to");
  if (to == nullptr) {
    loading.fault(node.place, "A goto needs its question: to = \"id\".");
    loading.is_flow_known = false;
    return;
  }
  if (!ask.gotos.empty() && ask.gotos.back().when.is_always()) {
    loading.fault(node.place, "This goto is never followed: the one before it always is.");
  }
  Condition when = table.condition("when");
  if (const auto target = table.target("to")) {
    ask.gotos.push_back({std::move(when), *target, to->place});
  }
}

void read_gotos(Loading& loading, const TableReader& table, Ask& ask) {
  const TomlNode* const node = table.find("goto");
  if (node == nullptr) return;
  if (std::holds_alternative<std::string>(node->value)) {
    if (const auto target = table.target("goto")) ask.gotos.push_back({{}, *target, node->place});
    return;
  }
  const auto* const list = std::get_if<TomlList>(&node->value);
  if (list == nullptr) {
    read_goto(loading, *node, ask);
    return;
  }
  if (list->empty() || list->size() > kGotosMax) {
    loading.fault(node->place, fmt::format("goto: expected 1 to {} ways.", kGotosMax));
    loading.is_flow_known = false;
    return;
  }
  for (const TomlNode& item : *list) read_goto(loading, item, ask);
}

}  // namespace

void read_ways(Loading& loading, const TableReader& table, Ask& ask) {
  ask.when = table.condition("when");
  read_gotos(loading, table, ask);
  ask.tries = static_cast<unsigned>(table.whole("tries", kTries).value_or(0));
  ask.seconds = table.whole("seconds", kSeconds).value_or(0);
  if (!table.has("otherwise")) return;
  if (!table.has("tries") && !table.has("seconds")) {
    loading.fault(table.key_place("otherwise"),
                  "otherwise: nothing runs out; the question needs tries or seconds, too.");
  }
  if (const auto target = table.target("otherwise")) {
    ask.otherwise = *target;
    ask.has_otherwise = true;
  }
}

}  // namespace grotto
