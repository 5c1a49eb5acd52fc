#include "service/kept_rooms.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>
#include <variant>

#include "base/log.h"
#include "service/access_records.h"

namespace grotto {

namespace {

constexpr std::string_view kRoomKind = "room";
constexpr std::size_t kOperatorsMax = 100;

std::string_view kind_of(KeptRooms::List list) noexcept {
  return list == KeptRooms::List::bans ? "room-ban" : "room-mute";
}

AccessList& list_of(KeptRooms::List list, Room& room) noexcept {
  return list == KeptRooms::List::bans ? room.discipline().bans : room.discipline().mutes;
}

/// Names of rooms have no blanks.
std::string key_of(const Room& room, const AccessEntry& entry) {
  return fmt::format("{} {}", room.name(), entry.target.text);
}

bool outlives_its_members(const Room& room) noexcept {
  return room.is_permanent() || room.is_kept();
}

std::string text_of(const nlohmann::json& value, const char* key) {
  const auto found = value.find(key);
  return found != value.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

// ---- At the start ------------------------------------------------------------------------------

void KeptRooms::load() {
  if (records_ == nullptr) return;
  load_rooms();
  load_list(List::bans);
  load_list(List::mutes);
}

void KeptRooms::load_rooms() {
  for (const Records::Record& record : records_->load(kRoomKind)) {
    auto checked = names_.check(record.key);
    const auto value = nlohmann::json::parse(record.value, nullptr, false);
    const auto* const name = std::get_if<Name>(&checked);
    if (name == nullptr || !value.is_object()) {
      log::error("a kept room cannot be understood");
      continue;
    }
    const auto room = lobby_.add_kept_room(*name);
    if (room == nullptr) continue;  // it is in the configuration by now
    room->rules().set_topic(text_of(value, "topic"), text_of(value, "topic_by"));
    room->rules().set_password(text_of(value, "password"));
    room->rules().set_private(value.value("private", false));
    std::vector<std::string>& operators = operators_[name->key.folded];
    const auto listed = value.find("operators");
    if (listed == value.end() || !listed->is_array()) continue;
    for (const auto& each : *listed) {
      if (each.is_string() && operators.size() < kOperatorsMax) operators.push_back(each);
    }
  }
}

void KeptRooms::load_list(List list) {
  for (const Records::Record& record : records_->load(kind_of(list))) {
    const std::size_t blank = record.key.find(' ');
    const auto checked = names_.check(record.key.substr(0, blank));
    const auto* const name = std::get_if<Name>(&checked);
    const auto room = name == nullptr ? nullptr : lobby_.find_room(name->key);
    if (room == nullptr || blank == std::string::npos) {
      records_->remove(kind_of(list), record.key);  // of a room that is no more
      continue;
    }
    auto entry = entry_from_json(names_, record.key.substr(blank + 1), record.value);
    if (entry) static_cast<void>(list_of(list, *room).put(std::move(*entry)));
  }
}

// ---- Rooms -------------------------------------------------------------------------------------

void KeptRooms::write(const Room& room, const std::vector<std::string>& operators) {
  if (records_ == nullptr) return;
  const Topic topic = room.rules().topic();
  nlohmann::json value = {{"private", room.rules().is_private()}, {"operators", operators}};
  if (!topic.text.empty()) value["topic"] = topic.text;
  if (!topic.by.empty()) value["topic_by"] = topic.by;
  if (room.rules().has_password()) value["password"] = room.rules().password();
  records_->put(kRoomKind, room.name(),
                value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

Lobby::Keeping KeptRooms::keep(Room& room, const std::vector<std::string>& operators) {
  const Lobby::Keeping keeping = lobby_.keep_room(room);
  if (keeping != Lobby::Keeping::kept) return keeping;
  const std::scoped_lock lock(mutex_);
  operators_[room.key().folded] = operators;
  write(room, operators);
  for (const List list : {List::bans, List::mutes}) {
    std::size_t more = 0;
    for (const AccessEntry& entry :
         list_of(list, room).newest(RoomDiscipline::kEntriesMax, 0, more)) {
      put(list, room, entry);
    }
  }
  return keeping;
}

void KeptRooms::stop_keeping(Room& room) {
  if (records_ != nullptr) {
    records_->remove(kRoomKind, room.name());
    for (const List list : {List::bans, List::mutes}) {
      std::size_t more = 0;
      for (const AccessEntry& entry :
           list_of(list, room).newest(RoomDiscipline::kEntriesMax, 0, more)) {
        records_->remove(kind_of(list), key_of(room, entry));
      }
    }
  }
  {
    const std::scoped_lock lock(mutex_);
    operators_.erase(room.key().folded);
  }
  lobby_.stop_keeping(room);
}

void KeptRooms::update(Room& room) {
  if (!room.is_kept()) return;
  const std::scoped_lock lock(mutex_);
  write(room, operators_[room.key().folded]);
}

bool KeptRooms::is_operator(const Room& room, std::string_view account) const {
  const std::scoped_lock lock(mutex_);
  const auto found = operators_.find(room.key().folded);
  return found != operators_.end() &&
         std::find(found->second.begin(), found->second.end(), account) != found->second.end();
}

std::vector<std::string> KeptRooms::operators(const Room& room) const {
  const std::scoped_lock lock(mutex_);
  const auto found = operators_.find(room.key().folded);
  return found == operators_.end() ? std::vector<std::string>() : found->second;
}

void KeptRooms::set_operator(Room& room, std::string_view account, bool is_operator) {
  if (!room.is_kept()) return;
  const std::scoped_lock lock(mutex_);
  std::vector<std::string>& operators = operators_[room.key().folded];
  std::erase(operators, account);
  if (is_operator && operators.size() < kOperatorsMax) operators.emplace_back(account);
  write(room, operators);
}

// ---- Lists -------------------------------------------------------------------------------------

void KeptRooms::put(List list, Room& room, const AccessEntry& entry) {
  if (records_ == nullptr || !outlives_its_members(room)) return;
  records_->put(kind_of(list), key_of(room, entry), entry_to_json(entry));
}

void KeptRooms::remove(List list, Room& room, const AccessEntry& entry) {
  if (records_ == nullptr || !outlives_its_members(room)) return;
  records_->remove(kind_of(list), key_of(room, entry));
}

}  // namespace grotto
