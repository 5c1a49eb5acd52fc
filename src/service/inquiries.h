// Inquiries: what a command asks of somebody else, who may be on another worker.
//
// Who has asked is served no further line until the answer is there: answers come in the order of
// the questions, also to `printf 'bot\n/whois luzmi\n' | nc -N`, and nobody has more than one
// question under way. Threads: one worker's. Lifetime: as its service, until all workers have
// stopped.
#pragma once

#include <cstdint>
#include <functional>
#include <unordered_map>

#include "room/lobby.h"

namespace grotto {

class ChatService;
class Participant;

class Inquiries {
 public:
  /// Runs on the worker of who has asked.
  using Answer = std::function<void(Participant& who)>;
  /// Runs on the worker of who is asked; nullptr if he has gone meanwhile.
  using Question = std::function<Answer(Participant* other)>;

  explicit Inquiries(ChatService& chat) noexcept : chat_(chat) {}

  /// Asks whoever has that name; false if nobody has.
  [[nodiscard]] bool ask(Participant& who, const NameKey& key, Question question);

  /// `who` goes: nobody waits for the answer any more.
  void forget(Participant& who) noexcept;

 private:
  void deliver(std::uint64_t number, const Answer& answer);

  ChatService& chat_;
  std::uint64_t last_number_ = 0;
  std::unordered_map<std::uint64_t, Participant*> waiting_;
};

}  // namespace grotto
