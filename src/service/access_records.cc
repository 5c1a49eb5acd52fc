#include "service/access_records.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "base/log.h"
#include "base/time_text.h"

namespace grotto {

namespace {

std::string to_json(const AccessEntry& entry) {
  const nlohmann::json value = {
      {"by", entry.by}, {"why", entry.why}, {"at_ms", entry.at_ms}, {"until_ms", entry.until_ms}};
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::optional<AccessEntry> from_record(const NameRules& names, const Records::Record& record) {
  const auto value = nlohmann::json::parse(record.value, nullptr, false);
  auto target = parse_target(names, record.key);
  if (!target || !value.is_object()) return std::nullopt;
  const auto text = [&](const char* key) {
    const auto found = value.find(key);
    return found != value.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  const auto number = [&](const char* key) {
    const auto found = value.find(key);
    return found != value.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
  };
  return AccessEntry{std::move(*target), text("by"), text("why"), number("at_ms"),
                     number("until_ms")};
}

}  // namespace

std::optional<AccessTarget> parse_target(const NameRules& names, std::string_view text) {
  const bool looks_like_network = text.find_first_of("./:") != std::string_view::npos;
  if (looks_like_network || text == "unix") {
    if (const auto network = Network::parse(text)) {
      return AccessTarget{network->to_string(), *network};
    }
  }
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
    auto entry = from_record(names, record);
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
  if (records_ != nullptr) records_->put(kind_, entry.target.text, to_json(entry));
  return true;
}

std::optional<AccessEntry> KeptAccessList::remove(const AccessTarget& target) {
  auto removed = list_.remove(target);
  if (removed && records_ != nullptr) records_->remove(kind_, removed->target.text);
  return removed;
}

}  // namespace grotto
