#include "service/people_commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

#include "base/time_text.h"
#include "service/chat_service.h"
#include "service/commands.h"
#include "service/discipline.h"
#include "service/person_lines.h"
#include "service/refusal.h"

namespace grotto {

Inquiries::Answer told(std::string line) {
  return [line = std::move(line)](Participant& who) { who.tell(line); };
}

Inquiries::Answer refusal(std::string_view code, std::string sentence) {
  return [code = std::string(code), sentence = std::move(sentence)](Participant& who) {
    refuse(who, code, sentence);
  };
}

namespace {

std::string nobody(std::string_view name) {
  return fmt::format("Nobody here is called {}.", name);
}

std::string away_text(std::string_view name, const Personal& personal) {
  return personal.away.empty() ? fmt::format("{} is away.", name)
                               : fmt::format("{} is away: {}", name, personal.away);
}

/// Gives `text` to the person of that name. `number`: who that has to be; 0: anybody.
void send_private(ChatService& chat, Participant& who, std::string_view name, std::string_view text,
                  std::uint32_t number = 0) {
  ask_person(chat, who, name,
             [from = std::string(who.name()), from_key = who.key(), from_number = who.number(),
              text = std::string(text), number](Participant& to) -> Inquiries::Answer {
               if (number != 0 && to.number() != number) {
                 return refusal("no-such-name",
                                fmt::format("The {} who wrote to you has gone; to write to "
                                            "the one who is here now: /msg {} TEXT",
                                            to.name(), to.name()));
               }
               if (!to.ignores(from_key)) {
                 to.ring_for_mention();
                 tell_private(to, from, {}, text);
                 Personal& personal = to.own_personal();
                 personal.written_by = from;
                 personal.writer = from_number;
               }
               const Personal* const personal = to.personal();
               const bool is_away = personal != nullptr && personal->is_away;
               return [name = std::string(to.name()), text,
                       away = is_away ? away_text(to.name(), *personal) : ""](Participant& sender) {
                 tell_private(sender, {}, name, text);
                 if (!away.empty()) sender.tell(away);
               };
             });
}

/// The rooms that `who` is in, as whoever is in those of `known` may know of them: "lobby, @cave".
std::string rooms_of(Participant& who, const std::vector<NameKey>& known) {
  std::string out;
  who.for_each_seat([&](Seat& seat) {
    const Room& room = seat.room()->room();
    const bool is_known = std::find(known.begin(), known.end(), room.key()) != known.end();
    if (room.rules().is_private() && !is_known) return;
    if (!out.empty()) out += ", ";
    if (room.is_operator(seat)) out += '@';
    out += room.name();
  });
  return out;
}

}  // namespace

void ask_person(ChatService& chat, Participant& who, std::string_view name,
                std::function<Inquiries::Answer(Participant& other)> question) {
  const auto checked = chat.names().check(name);
  const auto* const found = std::get_if<Name>(&checked);
  const bool is_asked =
      found != nullptr &&
      chat.inquiries().ask(
          who, found->key,
          [name = found->text, question = std::move(question),
           backlog = chat.limits().outbox_bytes_busy](Participant* other) {
            if (other == nullptr || other->session().is_ending()) {
              return refusal("no-such-name", nobody(name));
            }
            if (other->session().outbox_bytes() > backlog) {
              return refusal("not-read", fmt::format("{} has too much unread to get private lines.",
                                                     other->name()));
            }
            return question(*other);
          });
  if (!is_asked) refuse(who, "no-such-name", nobody(name));
}

void run_msg(ChatService& chat, Participant& who, std::string_view arguments) {
  const std::string_view name = take_word(arguments);
  if (arguments.empty()) return refuse(who, "usage", "Say whom and what: /msg NAME TEXT");
  if (!may_write(chat, who)) return;
  const auto checked = chat.names().check(name);
  const auto* const to = std::get_if<Name>(&checked);
  if (to != nullptr && to->key == who.key()) return refuse(who, "yourself", "That is you.");
  send_private(chat, who, name, arguments);
}

void run_reply(ChatService& chat, Participant& who, std::string_view arguments) {
  if (arguments.empty()) return refuse(who, "usage", "Say what: /reply TEXT");
  if (!may_write(chat, who)) return;
  const Personal* const personal = who.personal();
  if (personal == nullptr || personal->written_by.empty()) {
    return refuse(who, "no-such-name", "Nobody has written to you yet.");
  }
  send_private(chat, who, personal->written_by, arguments, personal->writer);
}

void run_whois(ChatService& chat, Participant& who, std::string_view arguments) {
  const std::string_view name = take_word(arguments);
  if (name.empty()) return refuse(who, "usage", "Say who: /whois NAME");
  std::vector<NameKey> known;
  who.for_each_seat([&](Seat& seat) { known.push_back(seat.room()->room().key()); });
  const bool sees_address = chat.is_server_operator(who);
  ask_person(
      chat, who, name,
      [known = std::move(known), sees_address](Participant& other) -> Inquiries::Answer {
        const std::int64_t since_ms = other.since_ms();
        const auto stayed_s = static_cast<std::uint64_t>(
            std::max<std::int64_t>(wall_clock_ms() - since_ms, 0) / 1000);
        std::vector<std::string> lines;
        lines.push_back(fmt::format("{} has been here since {} ({}), idle for {}.", other.name(),
                                    date_text(since_ms), span_text(stayed_s),
                                    span_text(other.session().idle_ms() / 1000)));
        if (sees_address) {
          const Name* const account = other.account();
          lines.push_back(fmt::format(
              "{} comes from {}, {}.", other.name(), other.session().peer_name(),
              account == nullptr ? "and is not logged in" : "logged in as " + account->text));
        }
        const std::string rooms = rooms_of(other, known);
        if (!rooms.empty()) lines.push_back(fmt::format("{} is in: {}", other.name(), rooms));
        const Personal* const personal = other.personal();
        if (personal != nullptr && personal->is_away) {
          lines.push_back(away_text(other.name(), *personal));
        }
        return [lines = std::move(lines)](Participant& asker) {
          for (const std::string& line : lines) asker.tell(line);
        };
      });
}

void run_away(ChatService& /*chat*/, Participant& who, std::string_view arguments) {
  if (arguments.size() > Personal::kAwayBytesMax) {
    return refuse(who, "too-long",
                  fmt::format("Why you are away has at most {} bytes.", Personal::kAwayBytesMax));
  }
  Personal& personal = who.own_personal();
  const bool is_back = personal.is_away && arguments.empty();
  personal.is_away = !is_back;
  personal.away = arguments;
  who.tell(is_back ? "You are back."
                   : "You are away, as whoever writes to you is told. To be back, "
                     "type /away.");
}

}  // namespace grotto
