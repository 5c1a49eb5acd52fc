// Resumption: who goes without having said so, and comes back.
//
// One of each worker. Who had a token when his connection dropped is absent (absences.h); this
// worker tells his rooms that he has left if he is not back in the grace. Threads: its worker's
// only. Lifetime: as its service.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "grotto/close_reason.h"
#include "grotto/timer_wheel.h"
#include "service/absences.h"

namespace grotto {

class Resumption {
 public:
  explicit Resumption(ChatService& chat) noexcept : chat_(chat) {}
  Resumption(const Resumption&) = delete;
  Resumption& operator=(const Resumption&) = delete;

  [[nodiscard]] ChatService& chat() const noexcept { return chat_; }

  /// Gives `who` a token, the same one if he has one.
  [[nodiscard]] std::string give_token(Participant& who, std::string token = {});

  /// The input of `who` has ended, and nothing says that he wanted to go: he is in no room any more
  /// and still reads what was said before. False if he has no token.
  bool part(Participant& who);
  /// The connection of `who` is over, for that reason. False if he has left for good, which is then
  /// told as usual.
  bool go(Participant& who, CloseReason reason);
  /// The same while it is open, because he has come back by another one; calls `done` as soon as he
  /// is absent, or if he is not here. Waits for acknowledgements that are under way.
  void replace(std::string_view token, std::function<void()> done);
  /// Whoever has that token went from here and is not back: his rooms are told that he has left,
  /// his name is free, and the token is void.
  void end_absence(std::string_view token);
  /// He has said that he goes.
  void forget(Participant& who) noexcept;

  /// `who`, who has no name yet, is the one of that token: he gets his name, his rooms, and the
  /// lines that did not arrive. Refusals are told, and he is asked for a name.
  void come_back(Participant& who, std::string_view token, const Positions& positions);

  /// For an upgrade: for how long his place is held still, 0 if not by this worker; and the same
  /// again.
  [[nodiscard]] std::uint64_t grace_left_ms(std::string_view token) const noexcept;
  void take_over_grace(const std::string& token, std::uint64_t left_ms);

 private:
  struct Grace {
    std::string token;
    std::uint64_t ends_ms = 0;
  };
  struct Replacing {
    std::string token;
    std::uint64_t since_ms = 0;
    std::function<void()> done;
  };
  static constexpr std::uint64_t kAcknowledgeMs = 250;
  static constexpr std::uint64_t kAcknowledgePollMs = 10;
  void replace_quiet();
  void replace(Participant& who);
  [[nodiscard]] Participant* present(std::string_view token) const;
  void let_go(Absence::InRoom& in);
  void settle(Participant& who);
  void return_to(Participant& who, Absence& absence, const Positions& positions);
  bool return_to_room(Participant& who, const Absence& absence, Absence::InRoom& in,
                      LineNumber line);
  void end_graces();
  void tell_left(Absence& absence);

  ChatService& chat_;
  std::deque<Grace> graces_;  // in order of their ends
  TimerOf<Resumption, &Resumption::end_graces> timer_{*this};
  std::vector<Replacing> replacing_;
  TimerOf<Resumption, &Resumption::replace_quiet> replace_timer_{*this};
};

}  // namespace grotto
