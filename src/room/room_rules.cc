#include "room/room_rules.h"

#include <algorithm>

namespace grotto {

namespace {

/// Takes as long wherever the two differ.
bool is_same_secret(std::string_view given, std::string_view secret) noexcept {
  unsigned difference = given.size() == secret.size() ? 0U : 1U;
  for (std::size_t i = 0; i < given.size(); ++i) {
    const char other = i < secret.size() ? secret[i] : '\0';
    difference |= static_cast<unsigned>(static_cast<unsigned char>(given[i] ^ other));
  }
  return difference == 0;
}

}  // namespace

RoomRules::Verdict RoomRules::admit(const NameKey& who, std::string_view password) {
  const std::scoped_lock lock(mutex_);
  const auto invitation = std::find(invited_.begin(), invited_.end(), who);
  if (invitation != invited_.end()) {
    invited_.erase(invitation);
    return Verdict::welcome;
  }
  if (is_private_) return Verdict::wants_invitation;
  if (password_.empty()) return Verdict::welcome;
  if (password.empty()) return Verdict::wants_password;
  return is_same_secret(password, password_) ? Verdict::welcome : Verdict::wrong_password;
}

void RoomRules::invite(const NameKey& who) {
  const std::scoped_lock lock(mutex_);
  std::erase(invited_, who);
  if (invited_.size() == kInvitationsMax) invited_.erase(invited_.begin());
  invited_.push_back(who);
}

void RoomRules::set_password(std::string_view password) {
  const std::scoped_lock lock(mutex_);
  password_ = password;
}

void RoomRules::set_private(bool is_private) {
  const std::scoped_lock lock(mutex_);
  is_private_ = is_private;
}

bool RoomRules::is_private() const {
  const std::scoped_lock lock(mutex_);
  return is_private_;
}

bool RoomRules::has_password() const {
  const std::scoped_lock lock(mutex_);
  return !password_.empty();
}

std::string RoomRules::password() const {
  const std::scoped_lock lock(mutex_);
  return password_;
}

void RoomRules::set_topic(std::string_view text, std::string_view by) {
  const std::scoped_lock lock(mutex_);
  topic_ = {std::string(text), text.empty() ? std::string() : std::string(by)};
}

Topic RoomRules::topic() const {
  const std::scoped_lock lock(mutex_);
  return topic_;
}

}  // namespace grotto
