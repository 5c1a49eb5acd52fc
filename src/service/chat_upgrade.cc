// ChatService's chapter on upgrades: its sessions, and what it shares, go over to another process.
#include <fmt/format.h>

#include "service/chat_service.h"
#include "service/person_lines.h"

namespace grotto {

bool ChatService::save(Session& session, StateWriter& state) {
  if (session.state() == nullptr) return false;
  participant(session).save(state);
  return true;
}

bool ChatService::save_absent(Session& session, StateWriter& state) {
  if (session.state() == nullptr || options_.naming != Naming::ask) return false;
  Participant& who = participant(session);
  if (!who.is_in()) return false;
  grotto::save_absent(who, state);
  return true;
}

void ChatService::restore(Session& session, StateReader& state) {
  session.set_state(std::make_unique<Participant>(*this, session));
  participant(session).restore(state);
}

void ChatService::on_upgrading(Session& session) {
  if (session.state() == nullptr) return;
  Participant& who = participant(session);
  // What is not with the connection yet comes when he is back.
  who.follow(nullptr);
  if (who.token().empty()) return who.tell("The server is upgraded: please connect again.");
  who.tell(fmt::format("The server is upgraded: connect again and say /resume {}", who.token()));
}

void ChatService::save_shared(StateWriter& state) {
  save_chat(*shared_, state);
}

void ChatService::restore_shared(StateReader& state) {
  restoring_ = std::make_unique<ChatState>(*shared_);
  restoring_->restore(state);
}

void ChatService::restore_absent(StateReader& state) {
  restoring_->restore_absent(state);
}

void ChatService::end_restoring() {
  restoring_.reset();
  std::vector<std::string> rooms;
  lobby().for_each_room([&](Room& room, const auto& /*founded_from*/) {
    if (room.members() > 0) rooms.push_back(room.name());
  });
  for (const std::string& name : rooms) {
    LocalRoom* const room = rooms_.open(names().own(name));
    if (room != nullptr) room->append(LineKind::notice, nullptr, {"The server was upgraded."});
  }
  rooms_.end_tick();  // before anybody says anything
}

void ChatService::on_handed_over() {
  is_stopping_ = true;  // nobody is told who goes
  lobby().for_each_room([](Room& room, const auto& /*founded_from*/) { room.hand_over(); });
}

}  // namespace grotto
