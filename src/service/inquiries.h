// Inquiries: what a command asks of others: of a person, who may be on another worker, or of the
// archive, which has a thread of its own.
//
// Who has asked is served no further line until the answer is there: answers come in the order of
// the questions, also to `printf 'bot\n/whois luzmi\n' | nc -N`, and nobody has more than one
// question under way. Nobody waits longer than kPatienceMs. Threads: one worker's. Lifetime: as its
// service.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>

#include "base/mailbox.h"
#include "grotto/timer_wheel.h"
#include "room/lobby.h"

namespace grotto {

class ChatService;
class Participant;

class Inquiries {
 public:
  /// Runs on the worker of who has asked.
  using Answer = std::function<void(Participant& who)>;
  /// Takes the answer; to be called once, from any thread. Does nothing if who has asked has gone,
  /// or the service.
  using Reply = std::function<void(Answer answer)>;
  /// Runs on the worker of who is asked; nullptr if he has gone meanwhile.
  using Question = std::function<Answer(Participant* other)>;

  explicit Inquiries(ChatService& chat);
  Inquiries(const Inquiries&) = delete;
  Inquiries& operator=(const Inquiries&) = delete;
  ~Inquiries();

  /// `who` waits from now on.
  [[nodiscard]] Reply begin(Participant& who);

  /// Asks whoever has that name; false if nobody has.
  [[nodiscard]] bool ask(Participant& who, const NameKey& key, Question question);

  /// Nobody waits for an answer.
  [[nodiscard]] bool is_idle() const noexcept { return waiting_.empty(); }

  /// `who` goes, or waits no more.
  void forget(Participant& who) noexcept;

 private:
  class Pending;
  struct Waiting {
    Participant* who = nullptr;
    std::uint64_t since_ms = 0;
  };
  static constexpr std::uint64_t kPatienceMs = 5'000;  // a disk may hang
  void give_up_old();
  void deliver(std::uint64_t number, const Answer& answer);

  ChatService& chat_;
  const std::shared_ptr<Mailbox> mailbox_;
  std::uint64_t last_number_ = 0;
  std::unordered_map<std::uint64_t, Waiting> waiting_;
  TimerOf<Inquiries, &Inquiries::give_up_old> timer_{*this};
};

}  // namespace grotto
