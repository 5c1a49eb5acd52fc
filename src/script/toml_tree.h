// TomlTree: a TOML document as the loader sees it: values, each with its place. The parser itself
// (toml++) is seen by toml_tree.cc only. Threads: values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "script/fault.h"
#include "script/source_map.h"

namespace grotto {

/// A day without a time, `2026-01-31`.
struct TomlDate {
  std::string text;
};
/// What no key of a script takes: a time of day, or a day with one.
struct TomlMoment {};

struct TomlNode;
struct TomlEntry;
using TomlList = std::vector<TomlNode>;
using TomlTable = std::vector<TomlEntry>;

struct TomlNode {
  Place place;
  std::variant<bool, std::int64_t, double, std::string, TomlDate, TomlMoment, TomlList, TomlTable>
      value;
};

struct TomlEntry {
  std::string key;
  Place place;  // of the key
  TomlNode node;
};

/// The whole document, or why it is none.
[[nodiscard]] std::variant<TomlTable, ScriptFault> parse_toml(const SourceMap& source);

/// Brackets and dotted keys that are nested so deep that a parser could run out of stack; no
/// script needs them. Also for a text that is no TOML.
[[nodiscard]] std::optional<ScriptFault> find_deep_nesting(const SourceMap& source);

/// As in a sentence: `"text"`, `3`, `a list`.
[[nodiscard]] std::string shown(const TomlNode& node);

}  // namespace grotto
