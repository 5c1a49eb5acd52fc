// The program that works on answers, and the race.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "script/loading.h"
#include "script/table_reader.h"
#include "script/words.h"

namespace grotto {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kWordsMax = 64;
constexpr std::array kRunKeys{"command"sv, "per"sv, "seconds"sv, "for"sv, "on-failure"sv};
constexpr std::array kRaceKeys{"players"sv, "seconds"sv, "pause"sv};

/// The table of `[key]`, if there is one.
const TomlEntry* part(Loading& loading, const TomlTable& root, std::string_view key) {
  const auto entry = std::find_if(root.begin(), root.end(),
                                  [key](const TomlEntry& each) { return each.key == key; });
  if (entry == root.end()) return nullptr;
  if (std::holds_alternative<TomlTable>(entry->node.value)) return &*entry;
  loading.expected(key, entry->node, fmt::format("a table: [{}]", key));
  return nullptr;
}

std::vector<std::string> read_command(Loading& loading, const TableReader& table) {
  const TomlNode* const node = table.find("command");
  if (node == nullptr) {
    loading.fault(table.place(), "run needs a program: command = [\"program\", \"word\"].");
    return {};
  }
  const auto* const list = std::get_if<TomlList>(&node->value);
  if (list == nullptr || list->empty() || list->size() > kWordsMax) {
    loading.fault(node->place,
                  fmt::format("command: expected a list of 1 to {} words.", kWordsMax));
    return {};
  }
  std::vector<std::string> command;
  for (const TomlNode& item : *list) {
    if (auto word = read_text(loading, "command", item, TextForm::lines)) {
      command.push_back(std::move(*word));
    }
  }
  if (!command.empty() && trimmed(command.front()).empty()) {
    loading.expected("command", list->front(), "the name of a program");
  }
  return command;
}

void read_for(Loading& loading, const TableReader& table) {
  auto& asks = loading.script.asks;
  const TomlNode* const node = table.find("for");
  if (node == nullptr) {
    for (Ask& ask : asks) ask.is_run = true;
    return;
  }
  const auto* const list = std::get_if<TomlList>(&node->value);
  if (list == nullptr || list->empty()) {
    loading.expected("for", *node, "a list of the ids of questions");
    return;
  }
  for (const TomlNode& item : *list) {
    const auto ask = read_ask(loading, "for", item);
    if (!ask) continue;
    if (asks[*ask].is_run) {
      loading.fault(item.place, fmt::format("for: {} is there already.", in_quotes(asks[*ask].id)));
    }
    asks[*ask].is_run = true;
  }
}

/// What would let the players of a race be asked different questions.
void forbid(Loading& loading, const TomlTable& table, std::span<const std::string_view> keys) {
  for (const TomlEntry& entry : table) {
    if (std::find(keys.begin(), keys.end(), entry.key) == keys.end()) continue;
    loading.fault(entry.place, fmt::format("{}: a race asks everybody the same questions, once: it "
                                           "has no goto, otherwise, when, repeat and run.",
                                           entry.key));
  }
}

void check_race(Loading& loading, const TomlTable& root) {
  constexpr std::array kHead{"repeat"sv, "run"sv};
  constexpr std::array kAsk{"goto"sv, "otherwise"sv, "when"sv};
  constexpr std::array kSection{"when"sv};
  forbid(loading, root, kHead);
  for (const TomlEntry& entry : root) {
    const auto* const list = std::get_if<TomlList>(&entry.node.value);
    if (list == nullptr) continue;
    for (const TomlNode& item : *list) {
      const auto* const table = std::get_if<TomlTable>(&item.value);
      if (table == nullptr) continue;
      if (entry.key == "ask") forbid(loading, *table, kAsk);
      if (entry.key == "section") forbid(loading, *table, kSection);
    }
  }
}

}  // namespace

void read_run(Loading& loading, const TomlTable& root) {
  constexpr std::array kPer{"connection"sv, "server"sv};
  constexpr std::array kOnFailure{"go-on"sv, "end"sv};
  const TomlEntry* const entry = part(loading, root, "run");
  if (entry == nullptr) return;
  const TableReader table(loading, entry->node);
  table.check_keys(kRunKeys, "run");
  RunProgram run;
  run.place = entry->node.place;
  run.command = read_command(loading, table);
  run.is_shared = table.word("per", kPer) == "server";
  run.seconds = table.whole("seconds", {1, 3600}).value_or(run.seconds);
  run.ends_on_failure = table.word("on-failure", kOnFailure) == "end";
  read_for(loading, table);
  loading.script.run = std::move(run);
}

void read_race(Loading& loading, const TomlTable& root) {
  const TomlEntry* const entry = part(loading, root, "race");
  if (entry == nullptr) return;
  const TableReader table(loading, entry->node);
  table.check_keys(kRaceKeys, "race");
  Race race;
  race.place = entry->node.place;
  race.players = table.whole("players", {0, 10'000}).value_or(race.players);
  race.seconds = table.whole("seconds", {1, 3600}).value_or(race.seconds);
  race.pause_seconds = table.whole("pause", {0, 600}).value_or(race.pause_seconds);
  const auto& asks = loading.script.asks;
  if (std::all_of(asks.begin(), asks.end(), [](const Ask& ask) { return ask.correct.empty(); })) {
    loading.fault(race.place, "A race needs a question with the key correct at least.");
  }
  check_race(loading, root);
  loading.script.race = race;
}

}  // namespace grotto
