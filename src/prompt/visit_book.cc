#include "prompt/visit_book.h"

#include <utility>

namespace grotto {

void VisitBook::unlist(Entry& entry) {
  if (entry.visit == nullptr) return;
  order_.erase(entry.place);
  free_bytes_ -= entry.bytes;
  entry.visit.reset();
}

void VisitBook::hold(const std::shared_ptr<Visit>& visit, Evict evict) {
  const std::scoped_lock lock(mutex_);
  Entry& entry = entries_[visit->resume_hash()];
  unlist(entry);
  entry.evict = std::move(evict);
}

void VisitBook::release(const std::shared_ptr<Visit>& visit) {
  const std::scoped_lock lock(mutex_);
  Entry& entry = entries_[visit->resume_hash()];
  unlist(entry);
  order_.push_back(visit->resume_hash());
  entry.place = std::prev(order_.end());
  entry.visit = visit;
  entry.evict = nullptr;
  entry.bytes = visit->bytes();
  free_bytes_ += entry.bytes;
  drop_oldest();
}

void VisitBook::drop_oldest() {
  while (order_.size() > kFreeMax || (free_bytes_ > kFreeBytesMax && order_.size() > 1)) {
    const auto found = entries_.find(order_.front());
    unlist(found->second);
    entries_.erase(found);
  }
}

void VisitBook::remove(const Visit& visit) {
  const std::scoped_lock lock(mutex_);
  const auto found = entries_.find(visit.resume_hash());
  if (found == entries_.end()) return;
  unlist(found->second);
  entries_.erase(found);
}

VisitBook::Found VisitBook::claim(const std::string& resume_hash, Evict mine) {
  const std::scoped_lock lock(mutex_);
  const auto found = entries_.find(resume_hash);
  if (found == entries_.end()) return Nobody{};
  Entry& entry = found->second;
  if (entry.visit == nullptr) return entry.evict;
  std::shared_ptr<Visit> visit = entry.visit;
  unlist(entry);
  entry.evict = std::move(mine);
  return visit;
}

std::size_t VisitBook::free_count() const {
  const std::scoped_lock lock(mutex_);
  return order_.size();
}

}  // namespace grotto
