#include "room/access_list.h"

#include <algorithm>
#include <utility>

namespace grotto {

bool AccessList::put(AccessEntry entry) {
  const std::scoped_lock lock(mutex_);
  if (const auto* const key = std::get_if<NameKey>(&entry.target.what)) {
    const bool is_new = !names_.contains(key->folded);
    if (is_new && size() >= entries_max_) return false;
    skeletons_[key->skeleton] = key->folded;
    names_.insert_or_assign(key->folded, std::move(entry));
    count();
    return true;
  }
  const bool is_new = !networks_.contains(entry.target.text);
  if (is_new && size() >= entries_max_) return false;
  if (is_new) ++bits_[std::get<Network>(entry.target.what).bits()];
  std::string text = entry.target.text;
  networks_.insert_or_assign(std::move(text), std::move(entry));
  count();
  return true;
}

std::optional<AccessEntry> AccessList::remove(const AccessTarget& target) {
  const std::scoped_lock lock(mutex_);
  std::optional<AccessEntry> removed;
  if (const auto* const key = std::get_if<NameKey>(&target.what)) {
    auto found = names_.find(key->folded);
    if (found == names_.end()) {
      const auto alike = skeletons_.find(key->skeleton);
      if (alike != skeletons_.end()) found = names_.find(alike->second);
    }
    if (found == names_.end()) return removed;
    removed = std::move(found->second);
    skeletons_.erase(std::get<NameKey>(removed->target.what).skeleton);
    names_.erase(found);
    count();
    return removed;
  }
  const auto found = networks_.find(target.text);
  if (found == networks_.end()) return removed;
  const unsigned bits = std::get<Network>(found->second.target.what).bits();
  if (--bits_[bits] == 0) bits_.erase(bits);
  removed = std::move(found->second);
  networks_.erase(found);
  count();
  return removed;
}

std::optional<AccessEntry> AccessList::find(const NameKey& key, std::int64_t now_ms) const {
  const std::scoped_lock lock(mutex_);
  auto found = names_.find(key.folded);
  if (found == names_.end()) {
    const auto alike = skeletons_.find(key.skeleton);
    if (alike != skeletons_.end()) found = names_.find(alike->second);
  }
  if (found == names_.end() || found->second.is_over(now_ms)) return std::nullopt;
  return found->second;
}

std::optional<AccessEntry> AccessList::find(const Address& address, std::int64_t now_ms) const {
  const std::scoped_lock lock(mutex_);
  for (const auto& [bits, count] : bits_) {
    const auto found = networks_.find(Network::around(address, bits).to_string());
    if (found == networks_.end() || found->second.is_over(now_ms)) continue;
    // A range of another family may be written with as many bits.
    if (std::get<Network>(found->second.target.what).contains(address)) return found->second;
  }
  return std::nullopt;
}

std::vector<AccessEntry> AccessList::newest(std::size_t count_max, std::int64_t now_ms,
                                            std::size_t& more) const {
  std::vector<AccessEntry> all;
  {
    const std::scoped_lock lock(mutex_);
    for (const auto& [key, entry] : names_) {
      if (!entry.is_over(now_ms)) all.push_back(entry);
    }
    for (const auto& [text, entry] : networks_) {
      if (!entry.is_over(now_ms)) all.push_back(entry);
    }
  }
  std::sort(all.begin(), all.end(), [](const AccessEntry& one, const AccessEntry& other) {
    if (one.at_ms != other.at_ms) return one.at_ms > other.at_ms;
    return one.target.text < other.target.text;
  });
  more = all.size() - std::min(all.size(), count_max);
  all.resize(all.size() - more);
  return all;
}

bool AccessList::is_empty(std::int64_t now_ms) const {
  std::size_t more = 0;
  return newest(0, now_ms, more).empty() && more == 0;
}

bool AccessList::has_networks() const {
  const std::scoped_lock lock(mutex_);
  return !networks_.empty();
}

std::vector<AccessEntry> AccessList::take_over(std::int64_t now_ms) {
  std::vector<AccessEntry> over;
  {
    const std::scoped_lock lock(mutex_);
    for (const auto& [key, entry] : names_) {
      if (entry.is_over(now_ms)) over.push_back(entry);
    }
    for (const auto& [text, entry] : networks_) {
      if (entry.is_over(now_ms)) over.push_back(entry);
    }
  }
  for (const AccessEntry& entry : over) static_cast<void>(remove(entry.target));
  return over;
}

}  // namespace grotto
