#include "service/accounts.h"

#include <nlohmann/json.hpp>
#include <utility>
#include <variant>

#include "base/log.h"
#include "base/time_text.h"
#include "grotto/state.h"

namespace grotto {

namespace {

constexpr std::string_view kKind = "account";

std::string to_json(const Account& account) {
  nlohmann::json value = {{"hash", account.hash}, {"since_ms", account.since_ms}};
  if (!account.preferences.empty()) {
    value["preferences"] = nlohmann::json::parse(account.preferences, nullptr, false);
  }
  if (account.is_operator) value["operator"] = true;
  if (!account.token_digest.empty()) value["token"] = account.token_digest;
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// Files can be changed: what is no account is none.
std::optional<Account> from_record(const NameRules& names, const Records::Record& record) {
  auto checked = names.check(record.key);
  const auto value = nlohmann::json::parse(record.value, nullptr, false);
  if (!std::holds_alternative<Name>(checked) || !value.is_object()) return std::nullopt;
  const auto hash = value.find("hash");
  if (hash == value.end() || !hash->is_string()) return std::nullopt;
  Account account;
  account.name = std::get<Name>(std::move(checked));
  account.hash = hash->get<std::string>();
  const auto since = value.find("since_ms");
  if (since != value.end() && since->is_number_integer()) account.since_ms = *since;
  const auto preferences = value.find("preferences");
  if (preferences != value.end() && preferences->is_object()) {
    account.preferences = preferences->dump();
  }
  const auto token = value.find("token");
  if (token != value.end() && token->is_string()) account.token_digest = token->get<std::string>();
  const auto is_operator = value.find("operator");
  account.is_operator = is_operator != value.end() && *is_operator == true;
  return account;
}

}  // namespace

Accounts::Accounts(const NameRules& names, std::shared_ptr<Records> records,
                   std::size_t accounts_max)
    : records_(std::move(records)), accounts_max_(accounts_max) {
  if (records_ == nullptr) return;
  std::size_t unread = 0;
  for (const Records::Record& record : records_->load(kKind)) {
    auto account = from_record(names, record);
    if (!account) {
      ++unread;
      continue;
    }
    know(std::move(*account));
  }
  if (unread > 0) log::error("accounts that cannot be understood", {{"count", unread}});
}

void Accounts::know(Account account) {
  const NameKey key = account.name.key;
  by_skeleton_.emplace(key.skeleton, key.folded);
  if (!account.token_digest.empty()) by_token_.emplace(account.token_digest, key.folded);
  by_name_.emplace(key.folded, std::move(account));
}

std::optional<Account> Accounts::find(const NameKey& key) const {
  const std::scoped_lock lock(mutex_);
  const auto found = by_name_.find(key.folded);
  return found == by_name_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Account> Accounts::owner_of(const NameKey& key) const {
  const std::scoped_lock lock(mutex_);
  auto found = by_name_.find(key.folded);
  if (found == by_name_.end()) {
    const auto alike = by_skeleton_.find(key.skeleton);
    if (alike != by_skeleton_.end()) found = by_name_.find(alike->second);
  }
  return found == by_name_.end() ? std::nullopt : std::optional(found->second);
}

std::size_t Accounts::size() const {
  const std::scoped_lock lock(mutex_);
  return by_name_.size();
}

Accounts::Added Accounts::add(const Name& name, std::string_view hash) {
  const std::scoped_lock lock(mutex_);
  if (by_name_.contains(name.key.folded) || by_skeleton_.contains(name.key.skeleton)) {
    return Added::taken;
  }
  if (by_name_.size() >= accounts_max_) return Added::full;
  Account account;
  account.name = name;
  account.hash = hash;
  account.since_ms = wall_clock_ms();
  keep(account);
  by_skeleton_.emplace(name.key.skeleton, name.key.folded);
  by_name_.emplace(name.key.folded, std::move(account));
  return Added::yes;
}

template <class Change>
bool Accounts::change(const NameKey& key, Change change) {
  const std::scoped_lock lock(mutex_);
  const auto found = by_name_.find(key.folded);
  if (found == by_name_.end()) return false;
  change(found->second);
  keep(found->second);
  return true;
}

bool Accounts::set_hash(const NameKey& key, std::string_view hash) {
  return change(key, [&](Account& account) { account.hash = hash; });
}

bool Accounts::set_preferences(const NameKey& key, std::string_view preferences) {
  return change(key, [&](Account& account) { account.preferences = preferences; });
}

bool Accounts::set_operator(const NameKey& key, bool is_operator) {
  return change(key, [&](Account& account) { account.is_operator = is_operator; });
}

bool Accounts::set_token_digest(const NameKey& key, std::string_view digest) {
  return change(key, [&](Account& account) {
    by_token_.erase(account.token_digest);
    account.token_digest = digest;
    if (!digest.empty()) by_token_.emplace(digest, key.folded);
  });
}

std::optional<Account> Accounts::find_by_token(const std::string& digest) const {
  const std::scoped_lock lock(mutex_);
  const auto found = by_token_.find(digest);
  if (found == by_token_.end()) return std::nullopt;
  return by_name_.at(found->second);
}

bool Accounts::remove(const NameKey& key) {
  const std::scoped_lock lock(mutex_);
  const auto found = by_name_.find(key.folded);
  if (found == by_name_.end()) return false;
  if (records_ != nullptr) records_->remove(kKind, found->second.name.text);
  by_skeleton_.erase(found->second.name.key.skeleton);
  by_token_.erase(found->second.token_digest);
  by_name_.erase(found);
  return true;
}

void Accounts::keep(const Account& account) {
  if (records_ != nullptr) records_->put(kKind, account.name.text, to_json(account));
}

void Accounts::when_kept(std::function<void(const std::string& fault)> done) const {
  records_ == nullptr ? done({}) : records_->when_recorded(std::move(done));
}

// ---- Upgrades ----------------------------------------------------------------------------------

void Accounts::save(StateWriter& state) const {
  const std::scoped_lock lock(mutex_);
  state.number(are_kept() ? 0 : by_name_.size());
  if (are_kept()) return;
  for (const auto& [key, account] : by_name_) {
    state.text(account.name.text);
    state.text(to_json(account));
  }
}

void Accounts::restore(const NameRules& names, StateReader& state) {
  const std::scoped_lock lock(mutex_);
  for (std::uint64_t left = state.number(); left > 0 && state.is_good(); --left) {
    Records::Record record;
    record.key = state.text();
    record.value = state.text();
    auto account = from_record(names, record);
    if (account && !by_name_.contains(account->name.key.folded)) know(std::move(*account));
  }
}

}  // namespace grotto
