#include "service/census.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <mutex>
#include <utility>

#include "service/chat_service.h"

namespace grotto {

namespace {

/// Gathers what the workers find; the last one answers.
class Gathering {
 public:
  Gathering(std::size_t workers, TakeFound take, Inquiries::Reply reply)
      : left_(workers), take_(std::move(take)), reply_(std::move(reply)) {}

  void add(std::vector<Found> found) {
    const std::scoped_lock lock(mutex_);
    std::move(found.begin(), found.end(), std::back_inserter(found_));
    if (--left_ > 0) return;
    std::sort(found_.begin(), found_.end(), [](const Found& one, const Found& other) {
      return one.rank != other.rank ? one.rank > other.rank : one.text < other.text;
    });
    reply_([take = take_, all = std::move(found_)](Participant& who) { take(who, all); });
  }

 private:
  std::mutex mutex_;  // guards what follows
  std::size_t left_;
  std::vector<Found> found_;
  const TakeFound take_;
  const Inquiries::Reply reply_;
};

}  // namespace

void look_at_everybody(ChatService& chat, Participant& who, const LookAt& look, TakeFound take) {
  const std::vector<ChatService*>& services = chat.shared().services;
  const auto gathering =
      std::make_shared<Gathering>(services.size(), std::move(take), chat.inquiries().begin(who));
  for (ChatService* const service : services) {
    service->worker().post([service, gathering, look] {
      std::vector<Found> found;
      for (Person* const person : service->lobby().people_on(service->worker())) {
        look(static_cast<Participant&>(*person), found);
      }
      gathering->add(std::move(found));
    });
  }
}

}  // namespace grotto
