#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "script/load_script.h"
#include "script/loading.h"
#include "script/table_reader.h"
#include "script/words.h"

namespace grotto {
namespace {

constexpr std::size_t kSectionsMax = 100;
constexpr std::size_t kChoicesMin = 2;
constexpr std::size_t kChoicesMax = 50;
constexpr std::array kTypes{AskType::text, AskType::number, AskType::choice, AskType::yes_no,
                            AskType::date, AskType::email,  AskType::hidden};

/// The ids of questions or of sections: each once.
class Ids {
 public:
  Ids(Loading& loading, std::string_view thing) : loading_(loading), thing_(thing) {}

  /// Empty if there is none that can be.
  std::string read(const TomlNode& node);

 private:
  void refuse(Place place, std::string sentence) {
    loading_.fault(place, std::move(sentence));
    loading_.is_flow_known = false;
  }

  Loading& loading_;
  std::string_view thing_;
  std::map<std::string, Place> known_;
};

std::string Ids::read(const TomlNode& node) {
  const TomlNode* const value = TableReader(loading_, node).find("id");
  if (value == nullptr) {
    refuse(node.place, fmt::format("A {} needs an id: id = \"name\".", thing_));
    return {};
  }
  const auto* const id = std::get_if<std::string>(&value->value);
  if (id == nullptr || !is_id(*id)) {
    refuse(value->place,
           fmt::format("id: expected letters, digits and _, no digit first, at most 64, not {}.",
                       shown(*value)));
    return {};
  }
  if (is_reserved(*id)) {
    refuse(value->place, fmt::format("id: {} means something else in conditions, texts or gotos.",
                                     in_quotes(*id)));
    return {};
  }
  const auto [known, is_new] = known_.emplace(*id, value->place);
  if (!is_new) {
    refuse(value->place, fmt::format("There are two {}s {}: the other is in line {}.", thing_,
                                     in_quotes(*id), known->second.line));
    return {};
  }
  return *id;
}

AskType read_type(const TableReader& table) {
  std::vector<std::string_view> words;
  words.reserve(kTypes.size());
  for (const AskType type : kTypes) words.push_back(to_string(type));
  const auto word = table.word("type", words);
  if (!word) return AskType::text;
  return kTypes[static_cast<std::size_t>(std::find(words.begin(), words.end(), *word) -
                                         words.begin())];
}

bool add_choice(Loading& loading, const TomlNode& node, std::vector<std::string>& choices) {
  auto text = read_text(loading, "choices", node, TextForm::one_line);
  if (!text) return false;
  if (text->empty() || trimmed(*text).size() != text->size()) {
    loading.expected("choices", node, "a text without blanks at its ends");
    return false;
  }
  const std::string one = folded(*text);
  const bool is_known = std::any_of(choices.begin(), choices.end(),
                                    [&one](const auto& choice) { return folded(choice) == one; });
  if (is_known) {
    loading.fault(node.place, fmt::format("choices: {} is there already.", in_quotes(*text)));
    return false;
  }
  choices.push_back(std::move(*text));
  return true;
}

/// All of them, or none if one of them cannot be.
std::vector<std::string> read_choices(Loading& loading, const TableReader& table) {
  const TomlNode* const node = table.find("choices");
  if (node == nullptr) {
    loading.fault(table.place(), "A choice needs its choices: choices = [\"one\", \"other\"].");
    return {};
  }
  const auto* const list = std::get_if<TomlList>(&node->value);
  if (list == nullptr || list->size() < kChoicesMin || list->size() > kChoicesMax) {
    loading.fault(node->place, fmt::format("choices: expected a list of {} to {} texts.",
                                           kChoicesMin, kChoicesMax));
    return {};
  }
  std::vector<std::string> choices;
  bool are_good = true;
  for (const TomlNode& item : *list) are_good = add_choice(loading, item, choices) && are_good;
  return are_good ? choices : std::vector<std::string>{};
}

ValueType value_type(AskType type) noexcept {
  switch (type) {
    case AskType::yes_no: return ValueType::yes_no;
    case AskType::number: return ValueType::number;
    case AskType::date: return ValueType::date;
    case AskType::text:
    case AskType::choice:
    case AskType::email:
    case AskType::hidden: break;
  }
  return ValueType::text;
}

/// At most so many tables; a fault if there are more.
std::vector<const TomlNode*> bounded(Loading& loading, const TomlTable& root, std::string_view key,
                                     std::size_t max) {
  auto tables = tables_of(loading, root, key);
  if (tables.size() > max) {
    loading.fault(tables[max]->place, fmt::format("A script has at most {} {}s.", max,
                                                  key == "ask" ? "question" : key));
    loading.is_flow_known = false;
    tables.resize(max);
  }
  return tables;
}

}  // namespace

void read_names(Loading& loading, const TomlTable& root) {
  Script& script = loading.script;
  Ids section_ids(loading, "section");
  for (const TomlNode* const node : bounded(loading, root, "section", kSectionsMax)) {
    Section section;
    section.id = section_ids.read(*node);
    section.place = node->place;
    script.sections.push_back(std::move(section));
  }
  Ids ask_ids(loading, "question");
  for (const TomlNode* const node : bounded(loading, root, "ask", kAsksMax)) {
    const TableReader table(loading, *node);
    Ask ask;
    ask.id = ask_ids.read(*node);
    ask.place = node->place;
    ask.type = read_type(table);
    if (ask.type == AskType::choice) ask.choices = read_choices(loading, table);
    script.asks.push_back(std::move(ask));
  }
  for (const Section& section : script.sections) loading.section_ids.emplace_back(section.id);
  for (const Ask& ask : script.asks) {
    loading.ids.emplace_back(ask.id);
    loading.names.push_back({ask.id, value_type(ask.type), ask.choices});
  }
  if (script.asks.empty() && loading.faults.empty()) {
    loading.fault({}, "A script needs a question at least: [[ask]].");
  }
}

}  // namespace grotto
