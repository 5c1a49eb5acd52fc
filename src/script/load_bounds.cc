#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "script/date.h"
#include "script/loading.h"
#include "script/table_reader.h"
#include "script/words.h"

namespace grotto {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kMismatch = "That does not look right.";

struct TypedKey {
  std::string_view key;
  std::array<AskType, 3> types;
};

constexpr std::array kTypedKeys{
    TypedKey{"choices", {AskType::choice, AskType::choice, AskType::choice}},
    TypedKey{"min", {AskType::number, AskType::date, AskType::date}},
    TypedKey{"max", {AskType::number, AskType::date, AskType::date}},
    TypedKey{"whole", {AskType::number, AskType::number, AskType::number}},
    TypedKey{"pattern", {AskType::text, AskType::email, AskType::hidden}},
    TypedKey{"mismatch", {AskType::text, AskType::email, AskType::hidden}},
};

/// False if the type is none that there is: then nothing can be said of the keys that depend on it.
bool is_type_known(const TableReader& table, const Ask& ask) {
  const TomlNode* const node = table.find("type");
  if (node == nullptr) return true;
  const auto* const text = std::get_if<std::string>(&node->value);
  return text != nullptr && *text == to_string(ask.type);
}

void check_typed_keys(Loading& loading, const TableReader& table, const Ask& ask) {
  for (const auto& [key, types] : kTypedKeys) {
    if (!table.has(key)) continue;
    if (std::find(types.begin(), types.end(), ask.type) != types.end()) continue;
    loading.fault(table.key_place(key),
                  fmt::format("{}: a question of the type {} has no such key.", key,
                              in_quotes(to_string(ask.type))));
  }
}

std::optional<double> read_number(Loading& loading, const TableReader& table,
                                  std::string_view key) {
  const TomlNode* const node = table.find(key);
  if (node == nullptr) return std::nullopt;
  const auto number = number_of(*node);
  if (!number) loading.expected(key, *node, "a number of at most 15 digits");
  return number;
}

std::string read_date(Loading& loading, const TableReader& table, std::string_view key) {
  const TomlNode* const node = table.find(key);
  if (node == nullptr) return {};
  if (const auto* const date = std::get_if<TomlDate>(&node->value)) return date->text;
  const auto* const text = std::get_if<std::string>(&node->value);
  if (text != nullptr && is_date(*text)) return *text;
  loading.expected(key, *node, "a date, such as 2026-12-31");
  return {};
}

void read_pattern(Loading& loading, const TableReader& table, Ask& ask) {
  if (!table.has("pattern")) {
    if (table.has("mismatch")) {
      loading.fault(table.key_place("mismatch"), "mismatch: there is no pattern to match.");
    }
    return;
  }
  ask.mismatch = table.text("mismatch", TextForm::one_line).value_or(std::string(kMismatch));
  if (trimmed(ask.mismatch).empty()) {
    loading.expected("mismatch", *table.find("mismatch"), "a text that is not empty");
  }
  // Its own bound is larger than a line's.
  const auto text = table.text("pattern", TextForm::lines);
  if (!text) return;
  auto result = Pattern::compile(*text);
  if (const auto* const misfit = std::get_if<Pattern::Misfit>(&result)) {
    std::size_t offset = 0;  // of the misfit, in bytes
    for (std::size_t left = misfit->offset; left != 0 && offset != text->size(); --left) {
      do ++offset;
      while (offset != text->size() &&
             (static_cast<unsigned char>((*text)[offset]) & 0xC0U) == 0x80U);
    }
    loading.fault(loading.source.inside(table.find("pattern")->place, *text, offset),
                  "pattern: " + misfit->sentence);
    return;
  }
  ask.pattern = std::get<Pattern>(result);
}

}  // namespace

void read_bounds(Loading& loading, const TableReader& table, Ask& ask) {
  if (!is_type_known(table, ask)) return;
  check_typed_keys(loading, table, ask);
  if (ask.type == AskType::number) {
    ask.min = read_number(loading, table, "min");
    ask.max = read_number(loading, table, "max");
    ask.is_whole = table.yes_no("whole", false);
    const bool is_crossed = ask.min && ask.max && *ask.min > *ask.max;
    const bool is_between =
        ask.is_whole && ask.min && ask.max && std::ceil(*ask.min) > std::floor(*ask.max);
    if (is_crossed || is_between) {
      loading.fault(table.find("max")->place, "max: no number is between min and this.");
    }
  } else if (ask.type == AskType::date) {
    ask.min_date = read_date(loading, table, "min");
    ask.max_date = read_date(loading, table, "max");
    if (!ask.max_date.empty() && ask.min_date > ask.max_date) {
      loading.fault(table.find("max")->place, "max: no date is between min and this.");
    }
  } else if (ask.type != AskType::choice && ask.type != AskType::yes_no) {
    read_pattern(loading, table, ask);
  }
}

}  // namespace grotto
