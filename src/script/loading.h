// Loading: one script on its way from TOML: what has been read of it, and its faults so far.
// Threads: its caller's.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "script/script.h"
#include "script/source_map.h"
#include "script/toml_tree.h"

namespace grotto {

struct Loading {
  explicit Loading(std::string_view text) : source(text) {}

  void fault(Place place, std::string sentence);
  /// `key: expected WHAT, not VALUE.`
  void expected(std::string_view key, const TomlNode& node, std::string_view what);

  SourceMap source;
  Script script;
  std::vector<ScriptFault> faults;

  // The questions by their places, once read_names() has been; borrowed from `script`. An id that
  // cannot be is empty here.
  std::vector<std::string_view> ids;
  std::vector<Nameable> names;
  std::vector<std::string_view> section_ids;

  // False once it is not known which question follows which: the flow's faults would mislead.
  bool is_flow_known = true;
};

// The chapters of a script, each read into Loading::script.
void read_names(Loading& loading, const TomlTable& root);  // before the others: ids, types, choices
void read_head(Loading& loading, const TomlTable& root);
void read_sections(Loading& loading, const TomlTable& root);
void read_asks(Loading& loading, const TomlTable& root);
void read_run(Loading& loading, const TomlTable& root);
void read_race(Loading& loading, const TomlTable& root);

// The chapters of a question.
class TableReader;
void read_bounds(Loading& loading, const TableReader& table, Ask& ask);
void read_worth(Loading& loading, const TableReader& table, Ask& ask);
void read_ways(Loading& loading, const TableReader& table, Ask& ask);

/// The tables of `[[key]]`, none if there are none; a fault if it is something else.
[[nodiscard]] std::vector<const TomlNode*> tables_of(Loading& loading, const TomlTable& root,
                                                     std::string_view key);

}  // namespace grotto
