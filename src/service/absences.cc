#include "service/absences.h"

#include <unordered_set>
#include <utility>

#include "service/passwords.h"
#include "service/resumption.h"

namespace grotto {

namespace {
constexpr std::size_t kAbsenceTokenBytes = 16;
}

std::string Absences::come(ChatService& service, Participant& who, std::string token) {
  if (token.empty()) token = Passwords::random_text(kAbsenceTokenBytes);
  const std::scoped_lock lock(mutex_);
  present_[token] = {.service = &service, .who = &who, .held = {}};
  return token;
}

void Absences::leave(std::string_view token) noexcept {
  const std::scoped_lock lock(mutex_);
  const auto found = present_.find(std::string(token));
  if (found != present_.end()) present_.erase(found);
}

void Absences::hold(std::string_view token, const NameKey& name) noexcept {
  const std::scoped_lock lock(mutex_);
  const auto found = present_.find(std::string(token));
  if (found != present_.end()) found->second.held = name;
}

void Absences::put(std::shared_ptr<Absence> absence) {
  const std::scoped_lock lock(mutex_);
  present_.erase(absence->token);
  order_.push_back(absence->token);
  std::string token = absence->token;
  away_[std::move(token)] = std::move(absence);
  while (order_.size() > kAwayMax) {
    const auto oldest = away_.find(order_.front());
    // One that is still held is the business of its worker's grace.
    if (oldest != away_.end() && !oldest->second->is_held) away_.erase(oldest);
    order_.pop_front();
  }
}

std::shared_ptr<Absence> Absences::take(std::string_view token, const Resumption* keeper) {
  const std::scoped_lock lock(mutex_);
  const auto found = away_.find(std::string(token));
  if (found == away_.end()) return nullptr;
  if (keeper != nullptr && found->second->keeper != keeper) return nullptr;
  std::shared_ptr<Absence> absence = std::move(found->second);
  away_.erase(found);
  return absence;
}

std::vector<std::shared_ptr<const Absence>> Absences::all() const {
  std::vector<std::shared_ptr<const Absence>> found;
  std::unordered_set<std::string_view> listed;
  const std::scoped_lock lock(mutex_);
  for (const std::string& token : order_) {
    const auto away = away_.find(token);
    // Who went more than once is in the order more than once.
    if (away != away_.end() && listed.insert(token).second) found.push_back(away->second);
  }
  return found;
}

std::optional<Absences::Held> Absences::find_held(const NameKey& name) const {
  const std::scoped_lock lock(mutex_);
  for (const auto& [token, absence] : away_) {
    if (absence->is_held && absence->name.key.clashes_with(name))
      return Held{token, &absence->keeper->chat()};
  }
  for (const auto& [token, present] : present_) {
    if (present.held != NameKey{} && present.held.clashes_with(name))
      return Held{token, present.service};
  }
  return std::nullopt;
}

std::optional<Absences::Present> Absences::find(std::string_view token) const {
  const std::scoped_lock lock(mutex_);
  const auto found = present_.find(std::string(token));
  return found == present_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace grotto
