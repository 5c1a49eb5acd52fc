#include "service/inquiries.h"

#include <mutex>

#include "service/chat_service.h"
#include "service/refusal.h"

namespace grotto {

/// The way back to the worker, for threads that may outlive the service.
class Inquiries::Mailbox {
 public:
  explicit Mailbox(WorkerContext& worker) noexcept : worker_(&worker) {}

  void post(std::function<void()> task) {
    const std::scoped_lock lock(mutex_);
    if (worker_ != nullptr) worker_->post(std::move(task));
  }
  void close() {
    const std::scoped_lock lock(mutex_);
    worker_ = nullptr;
  }

 private:
  std::mutex mutex_;
  WorkerContext* worker_;
};

Inquiries::Inquiries(ChatService& chat)
    : chat_(chat), mailbox_(std::make_shared<Mailbox>(chat.worker())) {}

Inquiries::~Inquiries() {
  mailbox_->close();
}

Inquiries::Reply Inquiries::begin(Participant& who) {
  const std::uint64_t number = ++last_number_;
  Reply reply = [this, mailbox = mailbox_, number](Answer answer) {
    mailbox->post([this, number, answer = std::move(answer)] { deliver(number, answer); });
  };
  waiting_.emplace(number, &who);
  who.set_waiting(true);
  return reply;
}

bool Inquiries::ask(Participant& who, const NameKey& key, Question question) {
  const Reply reply = begin(who);
  const auto run = [reply, question = std::move(question)](Person* other) {
    Answer answer;
    try {
      answer = question(static_cast<Participant*>(other));
    } catch (const std::exception&) {  // who has asked must not wait for ever
      answer = [](Participant& asker) { refuse(asker, "internal", "That failed, try it again."); };
    }
    reply(std::move(answer));
  };
  try {
    if (chat_.lobby().post_to(key, run)) return true;
  } catch (...) {
    forget(who);
    throw;
  }
  forget(who);
  return false;
}

void Inquiries::forget(Participant& who) noexcept {
  if (!who.is_waiting()) return;
  std::erase_if(waiting_, [&](const auto& each) { return each.second == &who; });
  who.set_waiting(false);
}

void Inquiries::deliver(std::uint64_t number, const Answer& answer) {
  const auto found = waiting_.find(number);
  if (found == waiting_.end()) return;
  Participant& who = *found->second;
  waiting_.erase(found);
  who.set_waiting(false);
  answer(who);
  chat_.go_on(who);
}

}  // namespace grotto
