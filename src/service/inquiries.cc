#include "service/inquiries.h"

#include <new>
#include <utility>
#include <vector>

#include "service/chat_service.h"
#include "service/refusal.h"

namespace grotto {

/// A question under way. If nobody answers it, and nobody can any more, it is answered so.
class Inquiries::Pending {
 public:
  Pending(Inquiries& inquiries, std::shared_ptr<Mailbox> mailbox, std::uint64_t number) noexcept
      : inquiries_(inquiries), mailbox_(std::move(mailbox)), number_(number) {}
  Pending(const Pending&) = delete;
  Pending& operator=(const Pending&) = delete;
  ~Pending() {
    if (is_answered_) return;
    try {
      answer([](Participant& who) { refuse(who, "internal", "That failed, try it again."); });
    } catch (...) {
      return;  // no memory: its time will run out
    }
  }

  void answer(Answer answer) {
    is_answered_ = true;
    mailbox_->post([&inquiries = inquiries_, number = number_, answer = std::move(answer)] {
      inquiries.deliver(number, answer);
    });
  }

 private:
  Inquiries& inquiries_;  // the mailbox is closed before it goes
  const std::shared_ptr<Mailbox> mailbox_;
  const std::uint64_t number_;
  bool is_answered_ = false;
};

Inquiries::Inquiries(ChatService& chat)
    : chat_(chat), mailbox_(std::make_shared<Mailbox>(chat.worker())) {}

Inquiries::~Inquiries() {
  mailbox_->close();
}

Inquiries::Reply Inquiries::begin(Participant& who) {
  const std::uint64_t number = ++last_number_;
  auto pending = std::make_shared<Pending>(*this, mailbox_, number);
  waiting_.emplace(number, Waiting{&who, chat_.wheel().now_ms()});
  who.set_waiting(true);
  if (!timer_.is_armed()) chat_.wheel().arm(timer_, kPatienceMs);
  return [pending = std::move(pending)](Answer answer) { pending->answer(std::move(answer)); };
}

bool Inquiries::ask(Participant& who, const NameKey& key, Question question) {
  const Reply reply = begin(who);
  const auto run = [reply, question = std::move(question)](Person* other) {
    reply(question(static_cast<Participant*>(other)));
  };
  if (chat_.lobby().post_to(key, run)) return true;
  forget(who);
  return false;
}

void Inquiries::forget(Participant& who) noexcept {
  if (!who.is_waiting()) return;
  std::erase_if(waiting_, [&](const auto& each) { return each.second.who == &who; });
  who.set_waiting(false);
}

void Inquiries::deliver(std::uint64_t number, const Answer& answer) {
  const auto found = waiting_.find(number);
  if (found == waiting_.end()) return;
  Participant& who = *found->second.who;
  waiting_.erase(found);
  who.set_waiting(false);
  try {
    answer(who);
    chat_.go_on(who);
  } catch (const std::bad_alloc&) {
    who.session().abort(CloseReason::out_of_memory);  // it costs who asked
  }
}

void Inquiries::give_up_old() {
  const std::uint64_t now = chat_.wheel().now_ms();
  std::vector<std::uint64_t> old;
  for (const auto& [number, waiting] : waiting_) {
    if (now - waiting.since_ms >= kPatienceMs) old.push_back(number);
  }
  for (const std::uint64_t number : old) {
    deliver(number, [](Participant& who) {
      refuse(who, "no-answer", "That takes too long; what was asked may still be done.");
    });
  }
  if (!waiting_.empty()) chat_.wheel().arm(timer_, kPatienceMs / 4);
}

}  // namespace grotto
