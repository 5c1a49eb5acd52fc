// Participant: one person in the chat: asked for a name, then a member of the room.
// Threads: its worker's only. Owned by its session.
#pragma once

#include <cstdint>
#include <string>

#include "grotto/session.h"
#include "grotto/timer_wheel.h"
#include "room/member.h"
#include "room/names.h"
#include "service/token_bucket.h"

namespace grotto {

class ChatRoom;

class Participant final : public SessionState, public Member {
 public:
  Participant(ChatRoom& chat, Session& session);
  ~Participant() override;

  [[nodiscard]] Session& session() noexcept { return session_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  /// Enters the room, or changes the name of one who is in it.
  void set_name(std::string name, const NameKey& key);
  [[nodiscard]] const NameKey& key() const noexcept { return key_; }

  /// Whether flood control lets a line of `bytes` pass now; if not, the held line is offered again
  /// in time.
  [[nodiscard]] bool may_pass(std::size_t bytes);
  /// The line has been used up.
  void count_line(std::size_t bytes);

  /// Ends the session if no name is given in time.
  void expect_name_within(std::uint64_t delay_ms);
  void stop_expecting() { timer_.cancel(); }

 private:
  void on_lines() override { session_.touch(); }
  void on_may_say() override { session_.resume(); }
  void on_too_slow() override;
  void on_due();

  ChatRoom& chat_;
  Session& session_;
  std::string name_;
  NameKey key_;
  TokenBucket lines_;
  TokenBucket bytes_;
  TimerOf<Participant, &Participant::on_due> timer_{*this};
};

}  // namespace grotto
