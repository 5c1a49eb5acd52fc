#include "room/lobby.h"

#include <algorithm>
#include <vector>

namespace grotto {

Room& Lobby::room(std::string_view name) {
  const std::scoped_lock lock(mutex_);
  const auto found = rooms_.find(name);
  if (found != rooms_.end()) return *found->second;
  auto made = std::make_unique<Room>(std::string(name), limits_, workers_, log_memory_bytes_);
  return *rooms_.emplace(std::string(name), std::move(made)).first->second;
}

bool Lobby::is_taken(const NameKey& key) const {
  return folded_.contains(key.folded) || skeletons_.contains(key.skeleton);
}

bool Lobby::claim_name(const NameKey& key) {
  const std::scoped_lock lock(mutex_);
  if (is_taken(key)) return false;
  folded_.insert(key.folded);
  skeletons_.insert(key.skeleton);
  return true;
}

void Lobby::release_name(const NameKey& key) noexcept {
  const std::scoped_lock lock(mutex_);
  folded_.erase(key.folded);
  skeletons_.erase(key.skeleton);
}

bool Lobby::change_name(const NameKey& from, const NameKey& to) {
  const std::scoped_lock lock(mutex_);
  folded_.erase(from.folded);
  skeletons_.erase(from.skeleton);
  const NameKey& kept = is_taken(to) ? from : to;
  folded_.insert(kept.folded);
  skeletons_.insert(kept.skeleton);
  return &kept == &to;
}

void Lobby::keep_log_memory_bound() {
  if (log_memory_bytes() <= limits_.log_memory_bytes) return;
  const std::scoped_lock lock(mutex_);
  std::vector<Room*> coldest_first;
  coldest_first.reserve(rooms_.size());
  for (const auto& [name, room] : rooms_) coldest_first.push_back(room.get());
  std::sort(coldest_first.begin(), coldest_first.end(), [](const Room* one, const Room* other) {
    return one->last_line_ms() < other->last_line_ms();
  });
  for (Room* room : coldest_first) {
    const std::size_t held = log_memory_bytes();
    if (held <= limits_.log_memory_bytes) return;
    const std::size_t excess = held - limits_.log_memory_bytes;
    const std::size_t own = room->transcript().memory_bytes();
    reclaimed_bytes_ +=
        room->transcript().trim(own - std::min(own, excess), room->keep_rule().patient_line);
  }
}

}  // namespace grotto
