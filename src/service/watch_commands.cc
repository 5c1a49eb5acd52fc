#include "service/watch_commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

#include "base/time_text.h"
#include "service/access_commands.h"
#include "service/census.h"
#include "service/chat_service.h"
#include "service/commands.h"
#include "service/refusal.h"

namespace grotto {

namespace {

std::uint64_t seconds_since(std::int64_t at_ms) noexcept {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(wall_clock_ms() - at_ms, 0)) / 1000;
}

/// The first of what was found, and how many more there are.
TakeFound tell_found(std::string title, std::string none, std::size_t listed_max) {
  return [title = std::move(title), none = std::move(none), listed_max](
             Participant& asker, const std::vector<Found>& found) {
    if (found.empty()) return asker.tell(none);
    asker.tell(fmt::format("{} {}:", found.size(), title));
    for (std::size_t i = 0; i < std::min(found.size(), listed_max); ++i) {
      asker.tell("  " + found[i].text);
    }
    if (found.size() > listed_max) {
      asker.tell(fmt::format("  and {} more", found.size() - listed_max));
    }
  };
}

std::string connection_text(Participant& each) {
  const Name* const account = each.account();
  return fmt::format(
      "{}: {}, since {} ({}), idle {}, {} room{}{}{}", each.name(), each.session().peer_name(),
      date_text(each.since_ms()), span_text(seconds_since(each.since_ms())),
      span_text(each.session().idle_ms() / 1000), each.rooms(), each.rooms() == 1 ? "" : "s",
      account == nullptr ? "" : ", logged in as " + account->text,
      each.chat().is_server_operator(each) ? ", operator" : "");
}

/// How far `seat` is behind its room, if it is.
void look_at_lag(Participant& each, Seat& seat, std::vector<Found>& found) {
  Room& room = seat.room()->room();
  if (seat.next_line() >= room.transcript().head()) return;
  const Snapshot log = room.transcript().snapshot();
  const LineNumber next = std::max(seat.next_line(), log.first());
  if (next >= log.head()) return;
  const std::int64_t late_ms = std::max<std::int64_t>(wall_clock_ms() - log.entry(next).at_ms, 0);
  found.push_back({fmt::format("{} in {}: {} lines, {} ms behind; {} bytes not taken yet",
                               each.name(), room.name(), log.head() - seat.next_line(), late_ms,
                               each.session().undelivered_bytes()),
                   late_ms});
}

std::string size_text(std::size_t bytes) {
  constexpr std::size_t kKiB = 1024;
  if (bytes % (kKiB * kKiB) == 0) return fmt::format("{} MiB", bytes / (kKiB * kKiB));
  return bytes % kKiB == 0 ? fmt::format("{} KiB", bytes / kKiB) : fmt::format("{} bytes", bytes);
}

std::string wait_text(std::uint64_t milliseconds) {
  return milliseconds % 1000 == 0 ? span_text(milliseconds / 1000)
                                  : fmt::format("{} ms", milliseconds);
}

}  // namespace

void run_conns(ChatService& chat, Participant& who, std::string_view /*arguments*/) {
  if (!is_server_operator_or_told(chat, who)) return;
  look_at_everybody(
      chat, who,
      [](Participant& each, std::vector<Found>& found) {
        found.push_back({connection_text(each), each.since_ms()});
      },
      tell_found("in the chat, the newest first", "Nobody is here.",
                 chat.limits().entries_listed_max));
}

void run_slow(ChatService& chat, Participant& who, std::string_view /*arguments*/) {
  if (!is_server_operator_or_told(chat, who)) return;
  look_at_everybody(
      chat, who,
      [](Participant& each, std::vector<Found>& found) {
        each.for_each_seat([&](Seat& seat) { look_at_lag(each, seat, found); });
      },
      tell_found("behind their rooms, the latest first", "Everybody has been sent everything.",
                 chat.limits().entries_listed_max));
}

void run_why(ChatService& chat, Participant& who, std::string_view arguments) {
  if (!is_server_operator_or_told(chat, who)) return;
  const std::string_view word = take_word(arguments);
  const auto checked = chat.names().check(word);
  const auto* const name = std::get_if<Name>(&checked);
  if (!word.empty() && name == nullptr) {
    return refuse(who, "bad-name", sentence(std::get<NameFault>(checked)));
  }
  std::size_t more = 0;
  const auto endings = chat.shared().endings.newest(name == nullptr ? nullptr : &name->key,
                                                    chat.limits().entries_listed_max, more);
  if (endings.empty()) {
    return who.tell(word.empty() ? std::string("Nobody has gone yet.")
                                 : fmt::format("Nobody called {} has gone lately.", name->text));
  }
  who.tell("Gone lately, the newest first:");
  for (const Endings::Ending& each : endings) {
    who.tell(fmt::format("  {}: {} from {}, {}, after {}", date_text(each.at_ms),
                         each.name.empty() ? "somebody without a name" : each.name, each.address,
                         to_string(each.reason), span_text(each.stayed_s)));
  }
  if (more > 0) who.tell(fmt::format("  and {} more", more));
}

void run_limits(ChatService& chat, Participant& who, std::string_view /*arguments*/) {
  if (!is_server_operator_or_told(chat, who)) return;
  const Limits& limits = chat.limits();
  const auto tell = [&](std::string_view what, const std::string& value) {
    who.tell(fmt::format("  {}: {}", what, value));
  };
  who.tell("Limits (grottod --print-config has them all):");
  tell("line", size_text(limits.line_bytes_max));
  tell("clients",
       fmt::format("{}, {} from an address", limits.clients_max, limits.clients_per_address));
  tell("flood control",
       limits.rate_lines_per_second <= 0
           ? std::string("off")
           : fmt::format("{} lines at once, then {} a second and {} a second",
                         limits.rate_burst_lines, limits.rate_lines_per_second,
                         size_text(static_cast<std::size_t>(limits.rate_bytes_per_second))));
  tell("a room waits for slow members",
       fmt::format("{}, over at most {} lines", wait_text(limits.patience_ms),
                   limits.window_lines_max));
  tell("unread private words", size_text(limits.outbox_bytes_busy));
  tell("lines of all rooms in memory",
       fmt::format("{} of {}", size_text(chat.lobby().log_memory_bytes()),
                   size_text(limits.log_memory_bytes)));
  tell("rooms", fmt::format("{}, {} of a person, {} kept", limits.rooms_max,
                            limits.rooms_per_person_max, limits.kept_rooms_max));
  tell("accounts", fmt::format("{} of {}", chat.shared().accounts.size(), limits.accounts_max));
  tell("entries of a list", fmt::format("{}", limits.access_entries_max));
  tell("time to give a name", wait_text(limits.hello_timeout_ms));
  tell("idle time", limits.idle_timeout_ms == 0 ? "any" : wait_text(limits.idle_timeout_ms));
  tell("time to come back by /resume", wait_text(limits.resume_grace_ms));
}

}  // namespace grotto
