#include "script/table_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "script/words.h"

namespace grotto {
namespace {

const TomlEntry* entry_of(const TomlTable* table, std::string_view key) {
  if (table == nullptr) return nullptr;
  const auto entry = std::find_if(table->begin(), table->end(),
                                  [key](const TomlEntry& each) { return each.key == key; });
  return entry == table->end() ? nullptr : &*entry;
}

}  // namespace

TableReader::TableReader(Loading& loading, const TomlNode& node)
    : loading_(loading), table_(std::get_if<TomlTable>(&node.value)), place_(node.place) {}

TableReader::TableReader(Loading& loading, const TomlTable& table, Place place)
    : loading_(loading), table_(&table), place_(place) {}

const TomlNode* TableReader::find(std::string_view key) const {
  const TomlEntry* const entry = entry_of(table_, key);
  return entry == nullptr ? nullptr : &entry->node;
}

Place TableReader::key_place(std::string_view key) const {
  const TomlEntry* const entry = entry_of(table_, key);
  return entry == nullptr ? place_ : entry->place;
}

void TableReader::check_keys(std::span<const std::string_view> keys, std::string_view owner) const {
  if (table_ == nullptr) return;
  for (const TomlEntry& entry : *table_) {
    if (std::find(keys.begin(), keys.end(), entry.key) != keys.end()) continue;
    loading_.fault(entry.place, fmt::format("{} is no key of {}.{}", in_quotes(entry.key), owner,
                                            did_you_mean(entry.key, keys)));
  }
}

bool TableReader::yes_no(std::string_view key, bool otherwise) const {
  const TomlNode* const node = find(key);
  if (node == nullptr) return otherwise;
  const bool* const value = std::get_if<bool>(&node->value);
  if (value == nullptr) loading_.expected(key, *node, "true or false");
  return value == nullptr ? otherwise : *value;
}

std::optional<std::uint64_t> TableReader::whole(std::string_view key, Range range) const {
  const TomlNode* const node = find(key);
  if (node == nullptr) return std::nullopt;
  const auto* const value = std::get_if<std::int64_t>(&node->value);
  if (value == nullptr || *value < 0 || static_cast<std::uint64_t>(*value) < range.min ||
      static_cast<std::uint64_t>(*value) > range.max) {
    loading_.expected(key, *node,
                      fmt::format("a whole number from {} to {}", range.min, range.max));
    return std::nullopt;
  }
  return static_cast<std::uint64_t>(*value);
}

std::optional<std::string> TableReader::text(std::string_view key, TextForm form) const {
  const TomlNode* const node = find(key);
  return node == nullptr ? std::nullopt : read_text(loading_, key, *node, form);
}

std::optional<std::string> TableReader::word(std::string_view key,
                                             std::span<const std::string_view> words) const {
  const TomlNode* const node = find(key);
  if (node == nullptr) return std::nullopt;
  const auto* const text = std::get_if<std::string>(&node->value);
  if (text != nullptr && std::find(words.begin(), words.end(), *text) != words.end()) return *text;
  std::vector<std::string> quotes;
  for (const std::string_view word : words) quotes.push_back(in_quotes(word));
  loading_.expected(key, *node, listed(quotes, "or"));
  return std::nullopt;
}

Template TableReader::filled(std::string_view key, TextForm form) const {
  const TomlNode* const node = find(key);
  return node == nullptr ? Template{} : read_filled(loading_, key, *node, form);
}

Condition TableReader::condition(std::string_view key) const {
  const TomlNode* const node = find(key);
  if (node == nullptr) return {};
  const auto text = read_text(loading_, key, *node, TextForm::lines);
  if (!text) {
    loading_.is_flow_known = false;
    return {};
  }
  auto result = Condition::parse(*text, loading_.names);
  if (auto* const misfit = std::get_if<Condition::Misfit>(&result)) {
    loading_.fault(loading_.source.inside(node->place, *text, misfit->offset),
                   std::move(misfit->sentence));
    loading_.is_flow_known = false;
    return {};
  }
  auto& condition = *std::get_if<Condition>(&result);
  for (Mention& mention : condition.mentions()) {
    mention.place = loading_.source.inside(node->place, *text, mention.offset);
  }
  return std::move(condition);
}

std::optional<std::size_t> TableReader::target(std::string_view key) const {
  const TomlNode* const node = find(key);
  return node == nullptr ? std::nullopt : read_target(loading_, key, *node);
}

std::optional<double> number_of(const TomlNode& node) {
  constexpr double kMax = 1e15;
  double value = kMax;
  if (const auto* const whole = std::get_if<std::int64_t>(&node.value)) {
    value = static_cast<double>(*whole);
  } else if (const auto* const number = std::get_if<double>(&node.value)) {
    value = *number;
  }
  return std::fabs(value) < kMax ? std::optional(value) : std::nullopt;
}

}  // namespace grotto
