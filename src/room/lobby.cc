#include "room/lobby.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/check.h"

namespace grotto {

// ---- Rooms -------------------------------------------------------------------------------------

Lobby::Rooms::iterator Lobby::find(const NameKey& key) {
  const auto found = rooms_.find(key.folded);
  if (found != rooms_.end()) return found;
  const auto alike = room_skeletons_.find(key.skeleton);
  return alike == room_skeletons_.end() ? rooms_.end() : rooms_.find(alike->second);
}

Lobby::Entry& Lobby::add(const Name& name, Room::Kind kind) {
  auto made = std::make_shared<Room>(name, kind, limits_, workers_, log_memory_bytes_);
  room_skeletons_.emplace(name.key.skeleton, name.key.folded);
  return rooms_.emplace(name.key.folded, Entry{std::move(made), 0, {}}).first->second;
}

void Lobby::add_permanent_room(const Name& name) {
  const std::scoped_lock lock(mutex_);
  if (find(name.key) != rooms_.end()) return;
  const Entry& added = add(name, Room::Kind::permanent);
  if (archive_ != nullptr) added.room->restore_from(*archive_);
}

std::shared_ptr<Room> Lobby::add_kept_room(const Name& name) {
  const std::scoped_lock lock(mutex_);
  if (find(name.key) != rooms_.end()) return nullptr;
  const Entry& added = add(name, Room::Kind::founded);
  added.room->begin_keeping(nullptr);
  if (archive_ != nullptr) added.room->restore_from(*archive_);
  ++kept_rooms_;
  return added.room;
}

Lobby::Keeping Lobby::keep_room(Room& room) {
  const std::scoped_lock lock(mutex_);
  if (room.is_permanent() || room.is_kept()) return Keeping::already;
  const auto found = rooms_.find(room.key().folded);
  if (found == rooms_.end() || found->second.room.get() != &room) return Keeping::gone;
  if (kept_rooms_ >= limits_.kept_rooms_max) return Keeping::too_many;
  room.begin_keeping(archive_.get());
  ++kept_rooms_;
  return Keeping::kept;
}

void Lobby::stop_keeping(Room& room) noexcept {
  const std::scoped_lock lock(mutex_);
  if (!room.is_kept()) return;
  room.end_keeping();
  --kept_rooms_;
  drop_unless_used(rooms_.find(room.key().folded));
}

std::shared_ptr<Room> Lobby::use_room(const Name& name, const Founding& founding,
                                      FoundingFault* fault) {
  const std::scoped_lock lock(mutex_);
  const auto found = find(name.key);
  if (found != rooms_.end()) {
    ++found->second.uses;
    return found->second.room;
  }
  const auto refuse = [&](FoundingFault why) {
    if (fault != nullptr) *fault = why;
    return nullptr;
  };
  if (rooms_.size() >= limits_.rooms_max) return refuse(FoundingFault::too_many);
  std::size_t* const from = founding.from ? &rooms_from_[*founding.from] : nullptr;
  if (from != nullptr && *from >= limits_.rooms_per_address_max) {
    return refuse(FoundingFault::too_many_from_address);
  }
  Entry& made = add(name, Room::Kind::founded);
  made.room->rules().set_password(founding.password);
  made.uses = 1;
  made.founded_from = founding.from;
  if (from != nullptr) ++*from;
  return made.room;
}

void Lobby::give_back(Room& room) noexcept {
  const std::scoped_lock lock(mutex_);
  const auto found = rooms_.find(room.key().folded);
  GROTTO_CHECK(found != rooms_.end() && found->second.uses > 0);
  --found->second.uses;
  drop_unless_used(found);
}

void Lobby::drop_unless_used(Rooms::iterator found) noexcept {
  const Room& room = *found->second.room;
  if (found->second.uses > 0 || room.is_permanent() || room.is_kept()) return;
  const auto alike = room_skeletons_.find(room.key().skeleton);
  if (alike != room_skeletons_.end() && alike->second == room.key().folded) {
    room_skeletons_.erase(alike);
  }
  if (const auto& from = found->second.founded_from) {
    const auto counted = rooms_from_.find(*from);
    if (--counted->second == 0) rooms_from_.erase(counted);
  }
  rooms_.erase(found);
}

std::shared_ptr<Room> Lobby::find_room(const NameKey& key) {
  const std::scoped_lock lock(mutex_);
  const auto found = find(key);
  return found == rooms_.end() ? nullptr : found->second.room;
}

void Lobby::for_each_room(const VisitRoom& visit) const {
  const std::scoped_lock lock(mutex_);
  std::vector<const Entry*> ordered;
  ordered.reserve(rooms_.size());
  for (const auto& [key, entry] : rooms_) ordered.push_back(&entry);
  std::sort(ordered.begin(), ordered.end(), [](const Entry* one, const Entry* other) {
    return one->room->name() < other->room->name();
  });
  for (const Entry* const each : ordered) visit(*each->room, each->founded_from);
}

std::size_t Lobby::rooms() const {
  const std::scoped_lock lock(mutex_);
  return rooms_.size();
}

std::vector<Lobby::Listed> Lobby::list_rooms(std::size_t count_max, std::size_t& more) const {
  std::vector<std::shared_ptr<const Room>> rooms;
  {
    const std::scoped_lock lock(mutex_);
    rooms.reserve(rooms_.size());
    for (const auto& [key, entry] : rooms_) {
      if (!entry.room->rules().is_private()) rooms.push_back(entry.room);
    }
  }
  const std::size_t shown = std::min(count_max, rooms.size());
  more = rooms.size() - shown;
  // What is compared must not change meanwhile.
  std::vector<std::tuple<std::size_t, std::string_view, const Room*>> ranked;
  ranked.reserve(rooms.size());
  for (const auto& room : rooms) ranked.emplace_back(room->members(), room->name(), room.get());
  std::partial_sort(ranked.begin(), ranked.begin() + static_cast<std::ptrdiff_t>(shown),
                    ranked.end(), [](const auto& one, const auto& other) {
                      if (std::get<0>(one) != std::get<0>(other)) {
                        return std::get<0>(one) > std::get<0>(other);
                      }
                      return std::get<1>(one) < std::get<1>(other);
                    });
  std::vector<Listed> listed;
  listed.reserve(shown);
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& [members, name, room] = ranked[i];
    listed.push_back(
        {std::string(name), members, room->rules().topic().text, room->rules().has_password()});
  }
  return listed;
}

// ---- Names -------------------------------------------------------------------------------------

bool Lobby::is_taken(const NameKey& key) const {
  return folded_.contains(key.folded) || skeletons_.contains(key.skeleton);
}

bool Lobby::claim_name(const NameKey& key, Person& person) {
  const std::scoped_lock lock(mutex_);
  if (is_taken(key)) return false;
  skeletons_.insert(key.skeleton);
  try {
    folded_.put(key.folded, &person);
  } catch (...) {
    skeletons_.erase(key.skeleton);
    throw;
  }
  return true;
}

Person** Lobby::find_reserved(const NameKey& key) noexcept {
  const bool is_reserved = std::find(reserved_.begin(), reserved_.end(), key) != reserved_.end();
  return is_reserved ? folded_.find(key.folded) : nullptr;
}

bool Lobby::reserve_name(const NameKey& key) {
  const std::scoped_lock lock(mutex_);
  if (is_taken(key)) return false;
  reserved_.push_back(key);
  skeletons_.insert(key.skeleton);
  folded_.put(key.folded, nullptr);
  return true;
}

bool Lobby::claim_reserved_name(const NameKey& key, Person& person) noexcept {
  const std::scoped_lock lock(mutex_);
  Person** const holder = find_reserved(key);
  if (holder == nullptr || *holder != nullptr) return false;
  *holder = &person;
  return true;
}

void Lobby::release_name(const NameKey& key) noexcept {
  const std::scoped_lock lock(mutex_);
  if (Person** const holder = find_reserved(key)) {
    *holder = nullptr;
    return;
  }
  folded_.erase(key.folded);
  skeletons_.erase(key.skeleton);
}

void Lobby::hold_name(const NameKey& key) noexcept {
  const std::scoped_lock lock(mutex_);
  if (Person** const holder = folded_.find(key.folded)) *holder = nullptr;
}

bool Lobby::claim_and_hold_name(const NameKey& key) {
  const std::scoped_lock lock(mutex_);
  if (is_taken(key)) return false;
  skeletons_.insert(key.skeleton);
  folded_.put(key.folded, nullptr);
  return true;
}

bool Lobby::claim_held_name(const NameKey& key, Person& person) noexcept {
  const std::scoped_lock lock(mutex_);
  Person** const holder = folded_.find(key.folded);
  if (holder == nullptr || *holder != nullptr) return false;
  *holder = &person;
  return true;
}

bool Lobby::change_name(const NameKey& from, const NameKey& to, Person& person) {
  const std::scoped_lock lock(mutex_);
  folded_.erase(from.folded);
  skeletons_.erase(from.skeleton);
  const NameKey& kept = is_taken(to) ? from : to;
  folded_.put(kept.folded, &person);
  skeletons_.insert(kept.skeleton);
  return &kept == &to;
}

bool Lobby::post_to(const NameKey& key, std::function<void(Person* person)> task) {
  const std::scoped_lock lock(mutex_);
  Person* const* const found = folded_.find(key.folded);
  if (found == nullptr || *found == nullptr) return false;
  (*found)->worker().post([this, key, person = *found, task = std::move(task)] {
    bool is_here = false;
    {
      const std::scoped_lock inner(mutex_);
      Person* const* const now = folded_.find(key.folded);
      is_here = now != nullptr && *now == person;
    }
    task(is_here ? person : nullptr);  // only this thread could end him
  });
  return true;
}

std::size_t Lobby::people() const {
  std::size_t count = 0;
  const std::scoped_lock lock(mutex_);
  folded_.for_each([&](const Person* person) { count += person != nullptr ? 1 : 0; });
  return count;
}

std::vector<Person*> Lobby::people_on(const WorkerContext& worker) const {
  std::vector<Person*> people;
  const std::scoped_lock lock(mutex_);
  folded_.for_each([&](Person* person) {
    if (person != nullptr && &person->worker() == &worker) people.push_back(person);
  });
  return people;
}

// ---- Memory ------------------------------------------------------------------------------------

void Lobby::keep_log_memory_bound() {
  if (log_memory_bytes() <= limits_.log_memory_bytes) return;
  const std::scoped_lock lock(mutex_);
  // What other workers append meanwhile is the next tick's: the coldest rooms give for that, too.
  std::size_t excess = log_memory_bytes();
  excess -= std::min(excess, limits_.log_memory_bytes);
  std::vector<std::pair<std::int64_t, Room*>> coldest_first;  // their last lines' times do change
  coldest_first.reserve(rooms_.size());
  for (const auto& [key, entry] : rooms_) {
    coldest_first.emplace_back(entry.room->last_line_ms(), entry.room.get());
  }
  std::sort(coldest_first.begin(), coldest_first.end());
  for (const auto& [last_line_ms, room] : coldest_first) {
    if (excess == 0) return;
    const std::size_t own = room->transcript().memory_bytes();
    const std::size_t given =
        room->transcript().trim(own - std::min(own, excess), room->keep_rule().patient_line);
    reclaimed_bytes_ += given;
    excess -= std::min(excess, given);
  }
}

}  // namespace grotto
