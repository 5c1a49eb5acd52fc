// AccessList: names and networks that something is said of: who is banned, muted, or let in; by
// whom, when, why and until when.
//
// A name stands for all that look like it too. Threads: every method may be called from any thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/address.h"
#include "room/names.h"

namespace grotto {

/// Whom an entry is of.
struct AccessTarget {
  std::string text;  // a name as it is written, or a network as Network::to_string() has it
  std::variant<NameKey, Network> what;
};

struct AccessEntry {
  AccessTarget target;
  std::string by;
  std::string why;            // empty: not said
  std::int64_t at_ms = 0;     // since 1970
  std::int64_t until_ms = 0;  // 0: for ever
  [[nodiscard]] bool is_over(std::int64_t now_ms) const noexcept {
    return until_ms != 0 && until_ms <= now_ms;
  }
};

class AccessList {
 public:
  /// `entries_max`: beyond it put() refuses.
  explicit AccessList(std::size_t entries_max) : entries_max_(entries_max) {}
  AccessList(const AccessList&) = delete;
  AccessList& operator=(const AccessList&) = delete;

  /// In place of one for the same target. False: there are too many.
  bool put(AccessEntry entry);
  /// The entry that was there.
  std::optional<AccessEntry> remove(const AccessTarget& target);

  /// The entry of that name, or of one that looks like it; none once it is over.
  [[nodiscard]] std::optional<AccessEntry> find(const NameKey& key, std::int64_t now_ms) const;
  /// The entry of the smallest network that the address is in.
  [[nodiscard]] std::optional<AccessEntry> find(const Address& address, std::int64_t now_ms) const;

  /// The newest `count_max`; `more`: how many others there are.
  [[nodiscard]] std::vector<AccessEntry> newest(std::size_t count_max, std::int64_t now_ms,
                                                std::size_t& more) const;
  [[nodiscard]] bool is_empty(std::int64_t now_ms) const;
  [[nodiscard]] bool has_networks() const;
  /// Whether there may be anything to find. Takes no lock.
  [[nodiscard]] bool has_entries() const noexcept {
    return count_.load(std::memory_order_relaxed) > 0;
  }
  /// Takes away what is over, and returns it.
  std::vector<AccessEntry> take_over(std::int64_t now_ms);

 private:
  [[nodiscard]] std::size_t size() const noexcept { return names_.size() + networks_.size(); }
  void count() noexcept { count_.store(size(), std::memory_order_relaxed); }

  const std::size_t entries_max_;
  std::atomic<std::size_t> count_{0};
  mutable std::mutex mutex_;                                    // guards what follows
  std::unordered_map<std::uint64_t, AccessEntry> names_;        // by NameKey::folded
  std::unordered_map<std::uint64_t, std::uint64_t> skeletons_;  // to NameKey::folded
  std::unordered_map<std::string, AccessEntry> networks_;       // by their text
  std::map<unsigned, std::size_t, std::greater<>> bits_;        // sizes of networks that there are
};

}  // namespace grotto
