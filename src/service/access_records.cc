#include "service/access_records.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "base/log.h"
#include "base/time_text.h"

namespace grotto {

std::string entry_to_json(const AccessEntry& entry) {
  const nlohmann::json value = {
      {"by", entry.by}, {"why", entry.why}, {"at_ms", entry.at_ms}, {"until_ms", entry.until_ms}};
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::optional<AccessEntry> entry_from_json(const NameRules& names, std::string_view target,
                                           std::string_view json) {
  const auto value = nlohmann::json::parse(json, nullptr, false);
  auto parsed = parse_target(names, target);
  if (!parsed || !value.is_object()) return std::nullopt;
  const auto text = [&](const char* key) {
    const auto found = value.find(key);
    return found != value.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  const auto number = [&](const char* key) {
    const auto found = value.find(key);
    return found != value.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
  };
  return AccessEntry{std::move(*parsed), text("by"), text("why"), number("at_ms"),
                     number("until_ms")};
}

std::optional<AccessTarget> parse_target(const NameRules& names, std::string_view text) {
  if (const auto network = Network::parse(text)) {
    return AccessTarget{network->to_string(), *network};
  }
  // A slip in an address must not become a name that nobody has.
  const bool was_meant_as_one = text.find_first_not_of("0123456789./") == std::string_view::npos &&
                                text.find_first_of("./") != std::string_view::npos;
  if (was_meant_as_one) return std::nullopt;
  auto checked = names.check(text);
  if (auto* const name = std::get_if<Name>(&checked)) {
    return AccessTarget{std::move(name->text), name->key};
  }
  return std::nullopt;
}

KeptAccessList::KeptAccessList(std::string kind, const NameRules& names,
                               std::shared_ptr<Records> records, std::size_t entries_max)
    : kind_(std::move(kind)), records_(std::move(records)), list_(entries_max) {
  if (records_ == nullptr) return;
  std::size_t unread = 0;
  for (const Records::Record& record : records_->load(kind_)) {
    auto entry = entry_from_json(names, record.key, record.value);
    if (!entry || !list_.put(std::move(*entry))) ++unread;
  }
  if (unread > 0) {
    log::error("entries that cannot be understood, or too many",
               {{"kind", kind_}, {"count", unread}});
  }
}

bool KeptAccessList::put(const AccessEntry& entry) {
  for (const AccessEntry& over : list_.take_over(wall_clock_ms())) {
    if (records_ != nullptr) records_->remove(kind_, over.target.text);
  }
  if (!list_.put(entry)) return false;
  if (records_ != nullptr) records_->put(kind_, entry.target.text, entry_to_json(entry));
  return true;
}

std::optional<AccessEntry> KeptAccessList::remove(const AccessTarget& target) {
  auto removed = list_.remove(target);
  if (removed && records_ != nullptr) records_->remove(kind_, removed->target.text);
  return removed;
}

void KeptAccessList::put_if_new(const AccessEntry& entry) {
  if (records_ == nullptr) static_cast<void>(list_.put(entry));
}

}  // namespace grotto
