#include "service/follower.h"

namespace grotto {

Follower::Follower(LocalRoom& room, LineNumber from) {
  set_form(LineForm({.is_json = true, .framing = Framing::events}, false));
  room.listen(*this, from);
}

Follower::~Follower() {
  if (session_ != nullptr) session_->follow(nullptr);
}

void Follower::start(Session& session) {
  session_ = &session;
  session.follow(this);
}

void Follower::on_lines() {
  if (session_ != nullptr) session_->touch();
}

void Follower::on_too_slow() {
  if (session_ != nullptr) session_->finish(CloseReason::slow_reader, {});
}

}  // namespace grotto
