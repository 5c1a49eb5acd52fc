#include "service/discipline.h"

#include <fmt/format.h>

#include <utility>
#include <variant>

#include "base/address.h"
#include "base/time_text.h"
#include "service/chat_service.h"
#include "service/refusal.h"

namespace grotto {

namespace {

Address address_of(Participant& who) {
  return Address::from_host(who.session().peer_host());
}

/// Lines that fail2ban can match (dist/fail2ban/).
void log_banned(Participant& who, const AccessEntry& entry) {
  who.chat().warnings().note(
      "banned",
      {{"peer", who.session().peer_host()}, {"entry", entry.target.text}, {"by", entry.by}});
}

void turn_away(Participant& who, const AccessEntry& entry, std::string_view what) {
  log_banned(who, entry);
  who.finish(CloseReason::banned, fmt::format("{} is banned{}. [banned]", what, terms(entry)));
}

}  // namespace

bool is_operator_or_told(ChatService& chat, Participant& who) {
  if (chat.is_operator(who, who.focus())) return true;
  const Room& room = who.room().room();
  refuse(who, "not-operator",
         room.is_permanent() ? fmt::format("{} belongs to the server.", room.name())
                             : fmt::format("Only an operator of {} may do that.", room.name()));
  return false;
}

void note_act(ChatService& chat, Participant& who, std::string undone, std::function<void()> undo) {
  chat.shared().acts.note({who.key(), std::move(undone), std::move(undo)});
}

std::string terms(const AccessEntry& entry) {
  return fmt::format("{}{}", entry.until_ms == 0 ? "" : " until " + date_text(entry.until_ms),
                     entry.why.empty() ? "" : ": " + entry.why);
}

bool is_meant(Participant& who, const AccessTarget& target) {
  if (const auto* const network = std::get_if<Network>(&target.what)) {
    return network->contains(address_of(who));
  }
  const NameKey& key = std::get<NameKey>(target.what);
  return key.clashes_with(who.key()) ||
         (who.account() != nullptr && key.clashes_with(who.account()->key));
}

std::optional<AccessEntry> find_entry(Participant& who, const AccessList& list,
                                      const NameKey& key) {
  if (!list.has_entries()) return std::nullopt;
  const std::int64_t now = wall_clock_ms();
  auto found = list.find(key, now);
  if (!found && who.account() != nullptr) found = list.find(who.account()->key, now);
  if (!found && list.has_networks()) found = list.find(address_of(who), now);
  return found;
}

// ---- Who is kept out ---------------------------------------------------------------------------

bool turn_away_address(ChatService& chat, Participant& who) {
  const AccessList& bans = chat.shared().bans.list();
  if (!bans.has_networks()) return false;
  const auto entry = bans.find(address_of(who), wall_clock_ms());
  if (entry) turn_away(who, *entry, "Your address");
  return entry.has_value();
}

bool turn_away(ChatService& chat, Participant& who, const Name& name, bool is_new) {
  if (chat.is_server_operator_name(name.key)) return false;
  const auto entry = find_entry(who, chat.shared().bans.list(), name.key);
  if (entry) {
    const bool is_name = std::holds_alternative<NameKey>(entry->target.what);
    turn_away(who, *entry, is_name ? std::string_view(name.text) : "Your address");
    return true;
  }
  if (!is_new || who.is_in() || !chat.home().discipline().is_locked()) return false;
  who.finish(CloseReason::refused, "Nobody new is let in at the moment. [locked]");
  return true;
}

bool may_enter(ChatService& chat, Participant& who, Room& room, bool is_new) {
  if (chat.is_server_operator(who)) return true;
  RoomDiscipline& discipline = room.discipline();
  if (const auto entry = find_entry(who, discipline.bans, who.key())) {
    refuse(who, "banned", fmt::format("You are banned from {}{}.", room.name(), terms(*entry)));
    return false;
  }
  if (!is_new || !discipline.is_locked()) return true;
  refuse(who, "locked", fmt::format("{} is locked: nobody new comes in.", room.name()));
  return false;
}

// ---- Who is silenced ---------------------------------------------------------------------------

bool may_write(ChatService& chat, Participant& who) {
  const AccessList& mutes = chat.shared().mutes.list();
  if (!mutes.has_entries() || chat.is_server_operator(who)) return true;
  const auto entry = find_entry(who, mutes, who.key());
  if (entry) refuse(who, "muted", fmt::format("You are muted{}.", terms(*entry)));
  return !entry;
}

bool may_say_line(ChatService& chat, Participant& who) {
  if (!may_write(chat, who)) return false;
  Room& room = who.room().room();
  RoomDiscipline& discipline = room.discipline();
  if (!discipline.restricts_lines() || chat.is_operator(who, who.focus())) return true;
  if (const auto entry = find_entry(who, discipline.mutes, who.key())) {
    refuse(who, "muted", fmt::format("You are muted in {}{}.", room.name(), terms(*entry)));
    return false;
  }
  const std::uint64_t wait_ms = discipline.wait_to_say(who.focus().author(), chat.wheel().now_ms());
  if (wait_ms == 0) return true;
  refuse(who, "slowmode",
         fmt::format("In {} everybody says one line in {}: yours in {}.", room.name(),
                     span_text(discipline.slow_seconds()), span_text((wait_ms + 999) / 1000)));
  return false;
}

// ---- Who is sent away --------------------------------------------------------------------------

void expel(ChatService& chat, Participant& who, std::string_view reason, std::string_view message) {
  chat.send_away(who, message);
  who.finish(CloseReason::kicked, reason);
}

void remove_from_room(ChatService& chat, Participant& who, Seat& seat, std::string_view reason,
                      std::string_view message) {
  if (who.rooms() == 1) return expel(chat, who, reason, message);
  chat.leave_room(who, seat, fmt::format(" has left the room: {}", message));
  who.tell(reason);
}

}  // namespace grotto
