#include "service/chat.h"

#include <algorithm>

#include "base/check.h"
#include "base/time_text.h"
#include "service/chat_service.h"
#include "service/commands.h"
#include "service/discipline.h"
#include "service/person_lines.h"
#include "service/preference_commands.h"
#include "service/refusal.h"
#include "service/trail.h"

namespace grotto {

ServiceFactory make_chat_factory(const std::shared_ptr<Lobby>& lobby, const ChatOptions& options,
                                 const Limits& limits, const std::shared_ptr<Records>& records) {
  auto shared = std::make_shared<ChatShared>(lobby, options, limits, records);
  lobby->add_permanent_room(shared->names.own(kHomeRoom));
  for (const RoomSetting& room : options.rooms) {
    const Name name = shared->names.own(room.name);
    lobby->add_permanent_room(name);
    lobby->find_room(name.key)->rules().set_topic(room.topic, {});
  }
  for (const BotSetting& bot : options.bots) {
    if (!bot.room.empty()) lobby->add_permanent_room(shared->names.own(bot.room));
    GROTTO_CHECK(lobby->reserve_name(shared->names.own(bot.name).key));
  }
  shared->kept_rooms.load();
  return [shared = std::move(shared), options, limits](WorkerContext& worker) {
    return std::make_unique<ChatService>(worker, shared, options, limits);
  };
}

void change_chat(Service& chat, const ChatOptions& options, const Limits& limits) {
  static_cast<ChatService&>(chat).change(options, limits);
}

ChatService::ChatService(WorkerContext& worker, std::shared_ptr<ChatShared> shared,
                         const ChatOptions& options, const Limits& limits)
    : worker_(worker),
      shared_(std::move(shared)),
      options_(options),
      limits_(limits),
      rooms_(*shared_->lobby, worker, options.slow),
      home_(*rooms_.open(shared_->names.own(kHomeRoom))),
      mentions_(shared_->names) {
  shared_->services.push_back(this);
}

Participant& ChatService::participant(Session& session) noexcept {
  return static_cast<Participant&>(*session.state());
}

void ChatService::on_open(Session& session) {
  session.set_state(std::make_unique<Participant>(*this, session));
  // Who wants JSON from the first byte is greeted so.
  if (session.framing() != Framing::lines ||
      (options_.naming != Naming::none && asks_for_json(session.first_command()))) {
    participant(session).set_look({.is_json = true, .framing = session.framing()});
  }
  greet(participant(session));
}

void ChatService::on_end_of_input(Session& session) {
  Participant& who = participant(session);
  if (who.is_waiting()) return who.set_ended();
  if (session.is_ending() || !resumption_.part(who)) leave(who, {});
  session.finish(CloseReason::peer_closed, {});
}

void ChatService::on_stopping(Session& session) {
  is_stopping_ = true;  // everybody goes: nobody needs to be told who
  participant(session).tell("The server is stopping. Goodbye!");
}

void ChatService::on_closed(Session& session, CloseReason reason) {
  if (session.state() == nullptr) return;  // on_open() failed
  Participant& who = participant(session);
  inquiries_.forget(who);
  note_ending(who, reason);
  if (!resumption_.go(who, reason)) leave(who, {});
}

std::string ChatService::phrase(Session& session, std::string_view sentence,
                                std::string_view code) {
  if (session.state() == nullptr) return Service::phrase(session, sentence, code);
  return grotto::phrase(participant(session), sentence, code);
}

void ChatService::note_ending(Participant& who, CloseReason reason) {
  if (options_.naming != Naming::ask || is_stopping_) return;
  const std::int64_t now = wall_clock_ms();
  const std::int64_t since = who.number() == 0 ? now : who.since_ms();
  shared_->endings.note({std::string(who.name()), who.key(), who.session().peer_name(), now,
                         static_cast<std::uint64_t>(std::max<std::int64_t>(now - since, 0)) / 1000,
                         reason});
}

void ChatService::on_door_bytes(Session& session, std::size_t bytes) {
  if (session.state() == nullptr) return;
  if (Trail* const trail = participant(session).trail()) trail->note_private(bytes);
}

void ChatService::on_tick_end() {
  rooms_.end_tick();
  mentions_.forget();
  ++tick_;
  lobby().keep_log_memory_bound();
}

void ChatService::go_on(Participant& who) {
  if (who.has_ended()) return on_end_of_input(who.session());
  who.session().resume();
}

// ---- Lines -------------------------------------------------------------------------------------

bool ChatService::is_quit_word(std::string_view line) const noexcept {
  return std::find(options_.quit_words.begin(), options_.quit_words.end(), line) !=
         options_.quit_words.end();
}

Taken ChatService::on_line(Session& session, std::string_view line) {
  Participant& who = participant(session);
  if (who.is_waiting()) return Taken::wait;
  if (who.is_in() && !who.may_pass(line.size())) return Taken::wait;
  const std::string_view trimmed = line.substr(0, line.find_last_not_of(" \t") + 1);
  if (is_quit_word(trimmed)) {
    quit(who, {});
    return Taken::yes;
  }
  if (who.is_asked()) {
    take_answer(*this, who, line);
    if (who.is_in()) who.count_line(line.size());
    return Taken::yes;
  }
  const bool is_name = !who.is_in();  // not part of what may be pasted
  const Taken taken =
      options_.naming == Naming::none ? take_said(who, LineKind::say, line) : dispatch(who, line);
  if (taken == Taken::yes && !is_name && who.is_in()) who.count_line(line.size());
  return taken;
}

Taken ChatService::dispatch(Participant& who, std::string_view line) {
  if (!who.is_in()) {
    take_name(who, line);
    return Taken::yes;
  }
  if (line.empty()) return Taken::yes;
  if (line.starts_with("//")) return take_said(who, LineKind::say, line.substr(1));
  if (!line.starts_with('/')) return take_said(who, LineKind::say, line);

  std::string_view arguments;
  const Command* const command = find_command(line, arguments);
  if (command == nullptr) {
    refuse(who, "unknown-command", unknown_command_hint(line));
  } else if (command->is_of_names && options_.naming != Naming::ask) {
    refuse(who, "no-names", "Here everybody is called by their address.");
  } else if (command->run == nullptr) {  // /me
    if (arguments.empty()) {
      refuse(who, "usage", "Say what you do: /me ACTION");
    } else {
      return take_said(who, LineKind::action, arguments);
    }
  } else {
    command->run(*this, who, arguments);
    if (command->is_preference) remember(who);
  }
  return Taken::yes;
}

Taken ChatService::take_said(Participant& who, LineKind kind, std::string_view text) {
  if (!who.room().may_say(who.focus())) return Taken::wait;
  if (options_.naming == Naming::ask && !may_say_line(*this, who)) return Taken::yes;
  say(who, kind, text);
  return Taken::yes;
}

void ChatService::say(Participant& who, LineKind kind, std::string_view text) {
  LocalRoom& room = who.room();
  Seat& seat = who.focus();
  if (options_.naming == Naming::none) {
    room.append(kind, &seat, {text});
  } else if (kind == LineKind::action) {
    room.append(kind, &seat, {"* ", who.name(), " ", text});
  } else {
    room.append(kind, &seat, {who.name(), ": ", text});
  }
}

}  // namespace grotto
