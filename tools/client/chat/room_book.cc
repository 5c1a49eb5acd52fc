#include "client/chat/room_book.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>

#include "client/chat/mention.h"

namespace grotto::client {

namespace {

/// What stands between `before` and one of `ends` (or the last character); empty if it is not
/// there.
std::string between(std::string_view text, std::string_view before, std::string_view ends) {
  const std::size_t at = text.find(before);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + before.size());
  const std::size_t end = text.find_first_of(ends);
  if (end != std::string_view::npos) return std::string(text.substr(0, end));
  if (text.ends_with('.') || text.ends_with('!')) text.remove_suffix(1);
  return std::string(text);
}

}  // namespace

RoomBook::Age RoomBook::take(const Message& message) {
  const Age age = age_of(message);
  switch (message.type) {
    case Message::Type::names: take_names(message); break;
    case Message::Type::join:
    case Message::Type::leave:
    case Message::Type::nick:
      if (age == Age::fresh) take_people(message);
      break;
    case Message::Type::notice:
      if (message.id) {
        if (age == Age::fresh) take_people(message);
      } else {
        take_notice(message.text);
      }
      break;
    case Message::Type::say:
    case Message::Type::me:
    case Message::Type::topic:
    case Message::Type::private_line:
    case Message::Type::refusal:
    case Message::Type::question:
    case Message::Type::skipped:
    case Message::Type::token:
    case Message::Type::score:
    case Message::Type::end:
    case Message::Type::unknown: break;
  }
  return age;
}

RoomBook::Age RoomBook::age_of(const Message& message) {
  if (!message.id) return Age::fresh;
  const auto until = read_until_.find(message.room);
  const bool was_read = until != read_until_.end() && message.at <= until->second;
  Room& room = rooms_[message.room];
  if (room.last_read && *message.id <= *room.last_read) {
    return was_read ? Age::repeated : Age::earlier;
  }
  room.last_read = message.id;
  room.last_at = std::max(room.last_at, message.at);
  return Age::fresh;
}

void RoomBook::take_names(const Message& message) {
  // The answer to /who may be of a room that we are not in.
  if (!message.next && !rooms_.contains(message.room) && message.room != focus_) return;
  Room& room = rooms_[message.room];
  room.names = message.names;
  room.more = message.more;
  if (!message.next) return;
  focus_ = message.room;
  if (*message.next > 0) room.last_read = std::max(room.last_read.value_or(0), *message.next - 1);
  room.last_at = std::max(room.last_at, message.at);
}

void RoomBook::take_people(const Message& message) {
  Room& room = rooms_[message.room];
  switch (message.type) {
    case Message::Type::join:
      leave(room, message.from);
      room.names.push_back(message.from);
      return;
    case Message::Type::leave:
      if (message.from == my_name_) return void(rooms_.erase(message.room));
      return leave(room, message.from);
    case Message::Type::nick:
      if (message.from == my_name_) my_name_ = message.to;
      std::replace(room.names.begin(), room.names.end(), message.from, message.to);
      return;
    default: break;
  }
  // Many at once, told without names.
  room.more += message.joined;
  room.more -= std::min(room.more, message.left);
}

void RoomBook::leave(Room& room, const std::string& name) {
  const auto found = std::find(room.names.begin(), room.names.end(), name);
  if (found != room.names.end()) room.names.erase(found);
}

void RoomBook::take_notice(const std::string& text) {
  // No key of the protocol tells these; where a later server words them otherwise, the status is
  // less exact and nothing else.
  if (text.starts_with("Welcome back ")) {
    my_name_ = between(text, "Welcome back ", "!");
  } else if (text.starts_with("Welcome ")) {
    my_name_ = between(text, "Welcome ", "!");
  } else if (text.starts_with("You are now known as ")) {
    my_name_ = between(text, "You are now known as ", "");
  } else if (text.starts_with("You left ")) {
    rooms_.erase(between(text, "You left ", ";"));
  } else if (text.starts_with("You were kicked out of ")) {
    put_out_of(between(text, "You were kicked out of ", " "));
  } else if (text.starts_with("You were banned from ")) {
    put_out_of(between(text, "You were banned from ", " "));
  }
  for (const std::string_view words : {"our lines go to ", "You are in "}) {
    const std::string room = between(text, words, ";, ");
    if (room.empty()) continue;
    focus_ = room.ends_with('.') ? room.substr(0, room.size() - 1) : room;
    break;
  }
}

/// Where one's lines go then is not told: to the other room, if there is but one.
void RoomBook::put_out_of(const std::string& room) {
  if (rooms_.size() < 2 || rooms_.erase(room) == 0) return;
  if (focus_ == room) focus_ = rooms_.begin()->first;
}

std::uint64_t RoomBook::people() const {
  const auto found = rooms_.find(focus_);
  return found == rooms_.end() ? 0 : found->second.names.size() + found->second.more;
}

std::vector<std::string> RoomBook::names_like(const std::string& start) const {
  const std::string folded_start = folded(start);
  std::set<std::string> found;
  for (const auto& [name, room] : rooms_) {
    for (const std::string& person : room.names) {
      if (person != my_name_ && folded(person).starts_with(folded_start)) found.insert(person);
    }
  }
  return {found.begin(), found.end()};
}

std::vector<std::string> RoomBook::rooms() const {
  std::vector<std::string> names;
  names.reserve(rooms_.size());
  for (const auto& [name, room] : rooms_) names.push_back(name);
  return names;
}

bool RoomBook::has_read_to(const std::string& room, std::uint64_t head) const {
  const auto found = rooms_.find(room);
  if (head == 0) return true;
  return found != rooms_.end() && found->second.last_read.value_or(0) + 1 >= head;
}

std::string RoomBook::positions() const {
  std::string text;
  for (const auto& [name, room] : rooms_) {
    // In a room of which nothing was read, line 0 is that one came.
    text += fmt::format(" {}={}", name, room.last_read.value_or(0));
  }
  return text;
}

void RoomBook::begin_anew() {
  read_until_.clear();
  for (const auto& [name, room] : rooms_) {
    if (!room.last_at.empty()) read_until_[name] = room.last_at;
  }
  rooms_.clear();
  focus_.clear();
}

}  // namespace grotto::client
