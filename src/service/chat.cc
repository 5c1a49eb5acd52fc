#include "service/chat.h"

#include <algorithm>

#include "service/chat_room.h"
#include "service/commands.h"

namespace grotto {

ServiceFactory make_chat_factory(std::shared_ptr<Lobby> lobby, const ChatOptions& options,
                                 const Limits& limits) {
  auto names = std::make_shared<const NameRules>(options.quit_words);
  return
      [lobby = std::move(lobby), names = std::move(names), options, limits](WorkerContext& worker) {
        return std::make_unique<ChatRoom>(worker, lobby, names, options, limits);
      };
}

ChatRoom::ChatRoom(WorkerContext& worker, std::shared_ptr<Lobby> lobby,
                   std::shared_ptr<const NameRules> names, const ChatOptions& options,
                   const Limits& limits)
    : worker_(worker),
      lobby_(std::move(lobby)),
      names_(std::move(names)),
      options_(options),
      limits_(limits),
      local_(lobby_->room("lobby"), worker, options.slow) {}

Participant& ChatRoom::participant(Session& session) noexcept {
  return static_cast<Participant&>(*session.state());
}

void ChatRoom::on_open(Session& session) {
  session.set_state(std::make_unique<Participant>(*this, session));
  greet(participant(session));
}

void ChatRoom::on_end_of_input(Session& session) {
  leave(participant(session), {});
  session.finish(CloseReason::peer_closed, {});
}

void ChatRoom::on_stopping(Session& session) {
  is_stopping_ = true;  // everybody goes: nobody needs to be told who
  session.write_line("The server is stopping. Goodbye!");
}

void ChatRoom::on_closed(Session& session, CloseReason /*reason*/) {
  if (session.state() == nullptr) return;  // on_open() failed
  leave(participant(session), {});
}

void ChatRoom::on_tick_end() {
  local_.end_tick();
  lobby_->keep_log_memory_bound();
}

// ---- Lines -------------------------------------------------------------------------------------

bool ChatRoom::is_quit_word(std::string_view line) const noexcept {
  return std::find(options_.quit_words.begin(), options_.quit_words.end(), line) !=
         options_.quit_words.end();
}

Taken ChatRoom::on_line(Session& session, std::string_view line) {
  Participant& who = participant(session);
  if (who.is_in_room() && !who.may_pass(line.size())) return Taken::wait;
  const std::string_view trimmed = line.substr(0, line.find_last_not_of(" \t") + 1);
  if (is_quit_word(trimmed)) {
    quit(who, {});
    return Taken::yes;
  }
  const bool is_name = !who.is_in_room();  // not part of what may be pasted
  const Taken taken =
      options_.naming == Naming::none ? take_said(who, LineKind::say, line) : dispatch(who, line);
  if (taken == Taken::yes && !is_name && who.is_in_room()) who.count_line(line.size());
  return taken;
}

Taken ChatRoom::dispatch(Participant& who, std::string_view line) {
  if (!who.is_in_room()) {
    take_name(who, line);
    return Taken::yes;
  }
  if (line.empty()) return Taken::yes;
  if (line.starts_with("//")) return take_said(who, LineKind::say, line.substr(1));
  if (!line.starts_with('/')) return take_said(who, LineKind::say, line);

  std::string_view arguments;
  const Command* const command = find_command(line, arguments);
  if (command == nullptr) {
    who.session().write_line(unknown_command_hint(line));
  } else if (command->run == nullptr) {  // /me
    if (arguments.empty()) {
      who.session().write_line("Say what you do: /me ACTION");
    } else {
      return take_said(who, LineKind::action, arguments);
    }
  } else {
    command->run(*this, who, arguments);
  }
  return Taken::yes;
}

Taken ChatRoom::take_said(Participant& who, LineKind kind, std::string_view text) {
  if (!local_.may_say(who)) return Taken::wait;
  say(who, kind, text);
  return Taken::yes;
}

void ChatRoom::say(Participant& who, LineKind kind, std::string_view text) {
  if (options_.naming == Naming::none) {
    local_.append(kind, &who, {text});
  } else if (kind == LineKind::action) {
    local_.append(kind, &who, {"* ", who.name(), " ", text});
  } else {
    local_.append(kind, &who, {who.name(), ": ", text});
  }
}

}  // namespace grotto
