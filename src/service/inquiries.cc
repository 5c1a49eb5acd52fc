#include "service/inquiries.h"

#include "service/chat_service.h"

namespace grotto {

bool Inquiries::ask(Participant& who, const NameKey& key, Question question) {
  const std::uint64_t number = ++last_number_;
  waiting_.emplace(number, &who);
  const auto run = [this, &home = chat_.worker(), number,
                    question = std::move(question)](Person* other) {
    home.post([this, number, answer = question(static_cast<Participant*>(other))] {
      deliver(number, answer);
    });
  };
  try {
    if (chat_.lobby().post_to(key, run)) {
      who.set_waiting(true);
      return true;
    }
  } catch (...) {
    waiting_.erase(number);
    throw;
  }
  waiting_.erase(number);
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
