// Access records: access lists as they are kept, and targets as people type them.
// Threads: any.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "room/access_list.h"
#include "room/names.h"
#include "room/records.h"

namespace grotto {

/// A name, or a network such as 192.0.2.7, 10.0.0.0/8, 2001:db8::/32 or unix.
[[nodiscard]] std::optional<AccessTarget> parse_target(const NameRules& names,
                                                       std::string_view text);

/// An entry as it is kept, but for its target.
[[nodiscard]] std::string entry_to_json(const AccessEntry& entry);
/// Nothing if it cannot be understood: files can be changed.
[[nodiscard]] std::optional<AccessEntry> entry_from_json(const NameRules& names,
                                                         std::string_view target,
                                                         std::string_view json);

/// An access list each change of which is kept.
class KeptAccessList {
 public:
  /// Reads what is kept of that kind. Before the workers run. `records`: nullptr: in memory only.
  KeptAccessList(std::string kind, const NameRules& names, std::shared_ptr<Records> records,
                 std::size_t entries_max);

  [[nodiscard]] const AccessList& list() const noexcept { return list_; }
  /// False: there are too many.
  bool put(const AccessEntry& entry);
  std::optional<AccessEntry> remove(const AccessTarget& target);
  /// For an upgrade: what another process had in its list and no store has told of.
  void put_if_new(const AccessEntry& entry);

 private:
  const std::string kind_;
  const std::shared_ptr<Records> records_;
  AccessList list_;
};

}  // namespace grotto
