#include "service/bots.h"

#include "base/check.h"
#include "service/chat_service.h"
#include "service/commands.h"
#include "service/refusal.h"

namespace grotto {

namespace {

class BotEntrance final : public Service {
 public:
  BotEntrance(ChatService& chat, BotSetting bot) : chat_(chat), bot_(std::move(bot)) {}

  void on_open(Session& session) override { chat_.enter_bot(session, bot_); }
  Taken on_line(Session& session, std::string_view line) override {
    return chat_.on_bot_line(session, bot_, line);
  }
  void on_end_of_input(Session& session) override { chat_.on_end_of_input(session); }
  void on_stopping(Session& session) override { chat_.on_stopping(session); }
  void on_closed(Session& session, CloseReason reason) override {
    chat_.on_closed(session, reason);
  }

 private:
  ChatService& chat_;
  const BotSetting bot_;
};

}  // namespace

std::unique_ptr<Service> make_bot_entrance(Service& chat, const BotSetting& bot) {
  auto* const service = dynamic_cast<ChatService*>(&chat);
  GROTTO_CHECK(service != nullptr);
  return std::make_unique<BotEntrance>(*service, bot);
}

void ChatService::enter_bot(Session& session, const BotSetting& bot) {
  session.set_state(std::make_unique<Participant>(*this, session));
  Participant& who = participant(session);
  const Name name = names().own(bot.name);
  LocalRoom* const room = bot.room.empty() ? &home_ : rooms_.open(names().own(bot.room));
  GROTTO_CHECK(room != nullptr);  // it is permanent
  who.set_name(name.text, name.key);
  room->join(who.focus(), who.name(), 0);
  if (!lobby().claim_reserved_name(name.key, who)) {  // its last session has not ended
    room->leave(who.focus());
    return session.finish(CloseReason::service_ended, {});
  }
  who.note_entered();
  session.follow(&who.focus());
  tell_joined(who, " has joined the chat!");
}

Taken ChatService::on_bot_line(Session& session, const BotSetting& bot, std::string_view line) {
  Participant& who = participant(session);
  if (line.empty() || !who.is_in()) return Taken::yes;
  if (bot.may_use_commands) {
    std::string_view arguments;
    const Command* const command = find_command(line, arguments);
    const bool is_refused =
        command != nullptr && (command->name == "/nick" || command->name == "/resume");
    if (!is_refused) return on_line(session, line);
    refuse(who, "no-names", "A bot keeps the name that the configuration gives it.");
    return Taken::yes;
  }
  if (!who.may_pass(line.size())) return Taken::wait;
  const Taken taken = take_said(who, LineKind::say, line);
  if (taken == Taken::yes) who.count_line(line.size());
  return taken;
}

}  // namespace grotto
