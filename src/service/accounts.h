// Accounts: names that belong to somebody who knows their password.
//
// All are in memory; each change is handed to the records (room/records.h), if there are any.
// Threads: every method may be called from any thread. Lifetime: outlives the workers' services.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "room/names.h"
#include "room/records.h"

namespace grotto {

class StateReader;
class StateWriter;

struct Account {
  Name name;
  std::string hash;           // of the password
  std::string preferences;    // JSON, see preferences.h
  std::string token_digest;   // of the token of its programs; empty: it has none
  std::int64_t since_ms = 0;  // since 1970
  bool is_operator = false;   // of the server, by /op
};

class Accounts {
 public:
  /// Reads those that are kept. Before the workers run. `records`: nullptr: in memory only.
  Accounts(const NameRules& names, std::shared_ptr<Records> records, std::size_t accounts_max);
  Accounts(const Accounts&) = delete;
  Accounts& operator=(const Accounts&) = delete;

  /// The account of that name, however its case.
  [[nodiscard]] std::optional<Account> find(const NameKey& key) const;
  /// The account that has that name or one that looks like it, so that nobody else can have it.
  [[nodiscard]] std::optional<Account> owner_of(const NameKey& key) const;
  [[nodiscard]] std::size_t size() const;

  enum class Added : std::uint8_t {
    yes,
    taken,  // there is one of that name, or of one that looks like it
    full,   // there are accounts_max
  };
  [[nodiscard]] Added add(const Name& name, std::string_view hash);

  /// False if there is no such account any more.
  bool set_hash(const NameKey& key, std::string_view hash);
  bool set_preferences(const NameKey& key, std::string_view preferences);
  bool set_operator(const NameKey& key, bool is_operator);
  /// `digest`: Passwords::digest() of the new token, in place of the one before; empty: none.
  bool set_token_digest(const NameKey& key, std::string_view digest);
  /// The account whose programs have the token of that digest.
  [[nodiscard]] std::optional<Account> find_by_token(const std::string& digest) const;
  bool remove(const NameKey& key);

  /// As Records::when_recorded(); at once, on this thread, if nothing is kept.
  void when_kept(std::function<void(const std::string& fault)> done) const;
  /// For an upgrade: all, if nothing else keeps them.
  void save(StateWriter& state) const;
  void restore(const NameRules& names, StateReader& state);
  [[nodiscard]] bool are_kept() const noexcept { return records_ != nullptr; }

 private:
  template <class Change>
  bool change(const NameKey& key, Change change);
  void keep(const Account& account);
  void know(Account account);  // what was kept

  const std::shared_ptr<Records> records_;
  const std::size_t accounts_max_;
  mutable std::mutex mutex_;                                      // guards what follows
  std::unordered_map<std::uint64_t, Account> by_name_;            // NameKey::folded
  std::unordered_map<std::uint64_t, std::uint64_t> by_skeleton_;  // to NameKey::folded
  std::unordered_map<std::string, std::uint64_t> by_token_;       // digest to NameKey::folded
};

}  // namespace grotto
