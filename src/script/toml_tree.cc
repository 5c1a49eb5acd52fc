#include "script/toml_tree.h"

#include <fmt/format.h>

#include <type_traits>
#include <utility>

#include "base/escape.h"
#include "script/date.h"
#include "script/value.h"
#include "script/words.h"

// After all else: its header is long and must not leak macros into ours.
#include <toml++/toml.h>

namespace grotto {
namespace {

Place place_of(const toml::source_region& region) {
  return {region.begin.line, region.begin.column};
}

TomlTable converted(const toml::table& table);

TomlNode converted(const toml::node& node) {
  TomlNode made{place_of(node.source()), TomlMoment{}};
  if (const auto* const table = node.as_table()) {
    made.value = converted(*table);
  } else if (const auto* const array = node.as_array()) {
    TomlList list;
    for (const toml::node& item : *array) list.push_back(converted(item));
    made.value = std::move(list);
  } else if (const auto* const text = node.as_string()) {
    made.value = text->get();
  } else if (const auto* const whole = node.as_integer()) {
    made.value = whole->get();
  } else if (const auto* const number = node.as_floating_point()) {
    made.value = number->get();
  } else if (const auto* const yes_no = node.as_boolean()) {
    made.value = yes_no->get();
  } else if (const auto* const date = node.as_date()) {
    made.value = TomlDate{date_of(date->get().year, date->get().month, date->get().day)};
  }
  return made;
}

TomlTable converted(const toml::table& table) {
  TomlTable made;
  for (const auto& [key, node] : table) {
    made.push_back({std::string(key.str()), place_of(key.source()), converted(node)});
  }
  return made;
}

struct Shown {
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(std::int64_t value) const { return fmt::format("{}", value); }
  std::string operator()(double value) const { return fmt::format("{}", value); }
  std::string operator()(const std::string& value) const { return in_quotes(value); }
  std::string operator()(const TomlDate& value) const { return value.text; }
  std::string operator()(const TomlMoment& /*moment*/) const { return "a time"; }
  std::string operator()(const TomlList& /*list*/) const { return "a list"; }
  std::string operator()(const TomlTable& /*table*/) const { return "a table"; }
};

}  // namespace

std::variant<TomlTable, ScriptFault> parse_toml(const SourceMap& source) {
  if (auto fault = find_deep_nesting(source)) return *fault;
  try {
    return converted(toml::parse(source.text()));
  } catch (const toml::parse_error& error) {
    return ScriptFault{place_of(error.source()),
                       fmt::format("This is not TOML: {}.", escaped(error.description()))};
  }
}

std::string shown(const TomlNode& node) {
  return std::visit(Shown{}, node.value);
}

}  // namespace grotto
