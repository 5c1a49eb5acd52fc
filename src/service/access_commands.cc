#include "service/access_commands.h"

#include <fmt/format.h>

#include "base/log.h"
#include "base/time_text.h"
#include "service/chat_service.h"
#include "service/commands.h"
#include "service/refusal.h"

namespace grotto {

bool is_server_operator_or_told(ChatService& chat, Participant& who) {
  if (chat.is_server_operator(who)) return true;
  refuse(who, "not-operator", "Only an operator of this server may do that.");
  return false;
}

std::string entry_text(const AccessEntry& entry) {
  return fmt::format("{}: by {} on {}{}{}", entry.target.text, entry.by, date_text(entry.at_ms),
                     entry.until_ms == 0 ? "" : ", until " + date_text(entry.until_ms),
                     entry.why.empty() ? "" : ": " + entry.why);
}

void tell_entries(ChatService& chat, Participant& who, const AccessList& list,
                  std::string_view title, std::string_view none) {
  std::size_t more = 0;
  const auto entries = list.newest(chat.limits().entries_listed_max, wall_clock_ms(), more);
  if (entries.empty()) return who.tell(none);
  who.tell(title);
  for (const AccessEntry& entry : entries) who.tell("  " + entry_text(entry));
  if (more > 0) who.tell(fmt::format("  and {} more", more));
}

void run_allow(ChatService& chat, Participant& who, std::string_view arguments) {
  if (!is_server_operator_or_told(chat, who)) return;
  KeptAccessList& allowed = chat.shared().allowed;
  const std::string_view word = take_word(arguments);
  if (word.empty()) {
    return tell_entries(chat, who, allowed.list(), "Only these come in, and operators:",
                        "There is no list: everybody may come in.");
  }
  auto target = parse_target(chat.names(), word);
  if (!target) {
    return refuse(who, "bad-name", fmt::format("{} is no name and no address.", word));
  }
  AccessEntry entry{std::move(*target), std::string(who.name()), std::string(arguments),
                    wall_clock_ms(), 0};
  const bool is_first = allowed.list().is_empty(wall_clock_ms());
  if (!allowed.put(entry)) return refuse(who, "too-many", "The list is full: /disallow one first.");
  log::info("allowed", {{"target", entry.target.text}, {"by", entry.by}});
  who.tell(fmt::format("{} may come in{}.", entry.target.text,
                       is_first ? "; from now on, only who is on this list" : ""));
}

void run_disallow(ChatService& chat, Participant& who, std::string_view arguments) {
  if (!is_server_operator_or_told(chat, who)) return;
  const std::string_view word = take_word(arguments);
  if (word.empty()) return refuse(who, "usage", "Say whom: /disallow NAME|ADDRESS[/PREFIX]");
  const auto target = parse_target(chat.names(), word);
  KeptAccessList& allowed = chat.shared().allowed;
  const auto removed = target ? allowed.remove(*target) : std::nullopt;
  if (!removed) return refuse(who, "no-such-entry", fmt::format("{} is not on the list.", word));
  log::info("disallowed", {{"target", removed->target.text}, {"by", who.name()}});
  who.tell(fmt::format(
      "{} is not on the list any more{}.", removed->target.text,
      allowed.list().is_empty(wall_clock_ms()) ? ", which is empty: everybody may come in" : ""));
}

}  // namespace grotto
