#include "service/ban_commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "base/address.h"
#include "base/log.h"
#include "base/time_text.h"
#include "service/access_commands.h"
#include "service/census.h"
#include "service/chat_service.h"
#include "service/commands.h"
#include "service/discipline.h"
#include "service/refusal.h"
#include "service/room_commands.h"

namespace grotto {

namespace {

enum class What : std::uint8_t { ban, mute };

/// Where entries go: to the server's list, or to that of a room, which may be gone meanwhile.
class Scope {
 public:
  Scope(ChatService& chat, What what) : shared_(chat.shared()), what_(what) {}
  Scope(ChatService& chat, What what, const Room& room)
      : shared_(chat.shared()), what_(what), room_(room.key()), room_name_(room.name()) {}

  [[nodiscard]] bool is_server() const noexcept { return !room_.has_value(); }
  /// "from the server", "in cave"
  [[nodiscard]] std::string text() const {
    const std::string_view preposition = what_ == What::ban ? "from" : "in";
    return fmt::format("{} {}", preposition, is_server() ? "the server" : room_name_);
  }

  [[nodiscard]] bool put(const AccessEntry& entry) const {
    if (is_server()) return of_server().put(entry);
    const auto room = find_room();
    if (room == nullptr) return false;
    for (const AccessEntry& over : of_room(*room).take_over(wall_clock_ms())) {
      shared_.kept_rooms.remove(list(), *room, over);
    }
    if (!of_room(*room).put(entry)) return false;
    shared_.kept_rooms.put(list(), *room, entry);
    return true;
  }
  [[nodiscard]] std::optional<AccessEntry> remove(const AccessTarget& target) const {
    if (is_server()) return of_server().remove(target);
    const auto room = find_room();
    auto removed = room == nullptr ? std::nullopt : of_room(*room).remove(target);
    if (removed) shared_.kept_rooms.remove(list(), *room, *removed);
    return removed;
  }
  [[nodiscard]] Seat* seat_of(Participant& each) const {
    const auto room = find_room();
    return room == nullptr ? nullptr : each.seat_in(*room);
  }

 private:
  /// The list's room; null if it is gone, or the list is the server's.
  [[nodiscard]] std::shared_ptr<Room> find_room() const {
    return room_ ? shared_.lobby->find_room(*room_) : nullptr;
  }
  [[nodiscard]] KeptAccessList& of_server() const noexcept {
    return what_ == What::ban ? shared_.bans : shared_.mutes;
  }
  [[nodiscard]] KeptRooms::List list() const noexcept {
    return what_ == What::ban ? KeptRooms::List::bans : KeptRooms::List::mutes;
  }
  [[nodiscard]] AccessList& of_room(Room& room) const noexcept {
    return what_ == What::ban ? room.discipline().bans : room.discipline().mutes;
  }

  ChatShared& shared_;
  What what_;
  std::optional<NameKey> room_;
  std::string room_name_;
};

std::string_view verb(What what) noexcept {
  return what == What::ban ? "banned" : "muted";
}

/// What was asked for: [--check] [--room] TARGET [DURATION] [REASON].
struct Wanted {
  bool is_check = false;
  bool is_of_room = false;
  AccessEntry entry;
};

/// False, and told, if a word looks like a duration and is none.
bool read_duration(Participant& who, std::string_view& arguments, AccessEntry& entry) {
  std::string_view rest = arguments;
  const std::string_view word = take_word(rest);
  if (word.empty()) return true;
  if (word == "forever") {
    arguments = rest;
    return true;
  }
  const bool looks_like_one =
      (word.front() >= '0' && word.front() <= '9') || word.front() == '-' || word.front() == '+';
  if (!looks_like_one) return true;
  const auto seconds = parse_span(word);
  if (!seconds || *seconds == 0) {
    refuse(who, "usage",
           fmt::format("{} is no duration: type 90s, 5m, 1h30m, 2d or forever.", word));
    return false;
  }
  entry.until_ms = entry.at_ms + static_cast<std::int64_t>(*seconds) * 1000;
  arguments = rest;
  return true;
}

std::optional<Wanted> read_wanted(ChatService& chat, Participant& who, std::string_view arguments,
                                  What what) {
  Wanted wanted;
  std::string_view word = take_word(arguments);
  while (word == "--check" || word == "--room") {
    (word == "--check" ? wanted.is_check : wanted.is_of_room) = true;
    word = take_word(arguments);
  }
  if (word.empty()) {
    refuse(who, "usage",
           fmt::format("Say whom: /{} [--check] [--room] NAME|ADDRESS[/PREFIX] [DURATION] [REASON]",
                       what == What::ban ? "ban" : "mute"));
    return std::nullopt;
  }
  auto target = parse_target(chat.names(), word);
  if (!target) {
    refuse(who, "bad-name", fmt::format("{} is no name and no address.", word));
    return std::nullopt;
  }
  wanted.entry.target = std::move(*target);
  wanted.entry.by = who.name();
  wanted.entry.at_ms = wall_clock_ms();
  if (!read_duration(who, arguments, wanted.entry)) return std::nullopt;
  if (arguments.size() > kReasonBytesMax) {
    refuse(who, "too-long", fmt::format("A reason has at most {} bytes.", kReasonBytesMax));
    return std::nullopt;
  }
  wanted.entry.why = arguments;
  return wanted;
}

/// The list that `who` may change; tells if none.
std::optional<Scope> scope_of(ChatService& chat, Participant& who, What what, bool is_of_room,
                              const AccessTarget* target) {
  const Room& room = who.room().room();
  if (chat.is_server_operator(who)) {
    return is_of_room ? Scope(chat, what, room) : Scope(chat, what);
  }
  if (!is_operator_or_told(chat, who)) return std::nullopt;
  if (target != nullptr && std::holds_alternative<Network>(target->what)) {
    refuse(who, "not-operator", "Only an operator of the server knows addresses.");
    return std::nullopt;
  }
  return Scope(chat, what, room);
}

std::string names_of(const std::vector<Found>& found, std::size_t listed_max) {
  std::string names;
  std::size_t listed = 0;
  for (const Found& each : found) {
    if (listed == listed_max || names.size() + each.text.size() > Room::kListedBytesMax) break;
    names += names.empty() ? ": " : ", ";
    names += each.text;
    ++listed;
  }
  if (found.size() > listed) names += fmt::format(" and {} more", found.size() - listed);
  return names;
}

/// Whether the entry is of `each` and can be carried out. Operators of the server are spared.
bool is_hit(Participant& each, const Scope& scope, const AccessEntry& entry) {
  if (!is_meant(each, entry.target) || each.chat().is_server_operator(each)) return false;
  return scope.is_server() || scope.seat_of(each) != nullptr;
}

void carry_out(Participant& each, const Scope& scope, What what, const AccessEntry& entry) {
  const std::string reason = fmt::format("You were {} {} by {}{}. [{}]", verb(what), scope.text(),
                                         entry.by, terms(entry), verb(what));
  const std::string message =
      fmt::format("{} by {}{}", verb(what), entry.by, entry.why.empty() ? "" : ": " + entry.why);
  if (what == What::mute) {
    // Who does not read is not told: an operator of a room must not be able to fill his outbox.
    if (each.session().outbox_bytes() <= each.chat().limits().outbox_bytes_busy) each.tell(reason);
    return;
  }
  if (scope.is_server()) return expel(each.chat(), each, reason, message);
  remove_from_room(each.chat(), each, *scope.seat_of(each), reason, message);
}

void impose(ChatService& chat, Participant& who, std::string_view arguments, What what) {
  const auto wanted = read_wanted(chat, who, arguments, what);
  if (!wanted) return;
  const AccessEntry& entry = wanted->entry;
  const auto scope = scope_of(chat, who, what, wanted->is_of_room, &entry.target);
  if (!scope) return;
  const std::string& target = entry.target.text;
  if (wanted->is_check) {
    return look_at_everybody(
        chat, who,
        [scope = *scope, entry](Participant& each, std::vector<Found>& found) {
          if (is_hit(each, scope, entry)) found.push_back({std::string(each.name()), 0});
        },
        [listed_max = chat.limits().members_listed_max](Participant& asker,
                                                        const std::vector<Found>& found) {
          asker.tell(fmt::format("That would hit {}{}.", people(found.size()),
                                 names_of(found, listed_max)));
        });
  }
  if (is_meant(who, entry.target)) return refuse(who, "yourself", "That would hit you as well.");
  if (!scope->put(entry)) return refuse(who, "too-many", "The list is full.");
  chat.log_act(chat.is_server_operator(who), verb(what),
               {{"target", target},
                {"where", scope->text()},
                {"operator", entry.by},
                {"until", entry.until_ms == 0 ? "forever" : date_text(entry.until_ms)},
                {"why", entry.why}});
  note_act(chat, who, fmt::format("{} is not {} any more.", target, verb(what)),
           [scope = *scope, entry] { static_cast<void>(scope.remove(entry.target)); });
  look_at_everybody(
      chat, who,
      [scope = *scope, entry, what](Participant& each, std::vector<Found>& found) {
        if (!is_hit(each, scope, entry)) return;
        found.push_back({std::string(each.name()), 0});
        carry_out(each, scope, what, entry);
      },
      [done = fmt::format("{} is {} {}{}", target, verb(what), scope->text(), terms(entry)),
       listed_max = chat.limits().members_listed_max](Participant& asker,
                                                      const std::vector<Found>& found) {
        asker.tell(fmt::format("{}. It hit {}{}.", done, people(found.size()),
                               names_of(found, listed_max)));
      });
}

void lift(ChatService& chat, Participant& who, std::string_view arguments, What what) {
  std::string_view word = take_word(arguments);
  const bool is_of_room = word == "--room";
  if (is_of_room) word = take_word(arguments);
  if (word.empty()) {
    return refuse(who, "usage",
                  fmt::format("Say whom: /un{} [--room] NAME|ADDRESS[/PREFIX]",
                              what == What::ban ? "ban" : "mute"));
  }
  const auto scope = scope_of(chat, who, what, is_of_room, nullptr);
  if (!scope) return;
  const auto target = parse_target(chat.names(), word);
  const auto removed = target ? scope->remove(*target) : std::nullopt;
  if (!removed) {
    return refuse(who, "no-such-entry",
                  fmt::format("{} is not {} {}.", word, verb(what), scope->text()));
  }
  const std::string& text = removed->target.text;
  chat.log_act(chat.is_server_operator(who), what == What::ban ? "unbanned" : "unmuted",
               {{"target", text}, {"where", scope->text()}, {"operator", who.name()}});
  note_act(chat, who, fmt::format("{} is {} again.", text, verb(what)),
           [scope = *scope, entry = *removed] { static_cast<void>(scope.put(entry)); });
  who.tell(fmt::format("{} is not {} {} any more.", text, verb(what), scope->text()));
}

}  // namespace

void run_ban(ChatService& chat, Participant& who, std::string_view arguments) {
  impose(chat, who, arguments, What::ban);
}

void run_mute(ChatService& chat, Participant& who, std::string_view arguments) {
  impose(chat, who, arguments, What::mute);
}

void run_unban(ChatService& chat, Participant& who, std::string_view arguments) {
  lift(chat, who, arguments, What::ban);
}

void run_unmute(ChatService& chat, Participant& who, std::string_view arguments) {
  lift(chat, who, arguments, What::mute);
}

void run_bans(ChatService& chat, Participant& who, std::string_view /*arguments*/) {
  const ChatShared& shared = chat.shared();
  const bool is_of_server = chat.is_server_operator(who);
  Room& room = who.room().room();
  if (!is_operator_or_told(chat, who)) return;
  const auto tell = [&](const AccessList& list, What what, std::string_view where) {
    tell_entries(chat, who, list,
                 fmt::format("{} {}:", what == What::ban ? "Banned" : "Muted", where),
                 fmt::format("Nobody is {} {}.", verb(what), where));
  };
  if (is_of_server) {
    tell(shared.bans.list(), What::ban, "from the server");
    tell(shared.mutes.list(), What::mute, "in the server");
  }
  tell(room.discipline().bans, What::ban, "from " + room.name());
  tell(room.discipline().mutes, What::mute, "in " + room.name());
}

}  // namespace grotto
