#include "script/loading.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace grotto {

namespace {
constexpr std::size_t kFaultsKept = 1000;  // more than are told: the first by their places are not
                                           // those that are found first
}  // namespace

void Loading::fault(Place place, std::string sentence) {
  if (faults.size() < kFaultsKept) faults.push_back({place, std::move(sentence)});
}

void Loading::expected(std::string_view key, const TomlNode& node, std::string_view what) {
  fault(node.place, fmt::format("{}: expected {}, not {}.", key, what, shown(node)));
}

std::vector<const TomlNode*> tables_of(Loading& loading, const TomlTable& root,
                                       std::string_view key) {
  std::vector<const TomlNode*> tables;
  const auto entry = std::find_if(root.begin(), root.end(),
                                  [key](const TomlEntry& each) { return each.key == key; });
  if (entry == root.end()) return tables;
  const auto* const list = std::get_if<TomlList>(&entry->node.value);
  const bool are_tables =
      list != nullptr && std::all_of(list->begin(), list->end(), [](const TomlNode& item) {
        return std::holds_alternative<TomlTable>(item.value);
      });
  if (!are_tables) {
    loading.expected(key, entry->node, fmt::format("tables that each begin with [[{}]]", key));
    loading.is_flow_known = false;
    return tables;
  }
  for (const TomlNode& item : *list) tables.push_back(&item);
  return tables;
}

}  // namespace grotto
