// Identity: which names somebody may have, and what he is once he has shown who he is.
#include <fmt/format.h>

#include <variant>

#include "base/address.h"
#include "base/time_text.h"
#include "service/chat_service.h"
#include "service/discipline.h"
#include "service/login.h"
#include "service/preferences.h"
#include "service/refusal.h"

namespace grotto {

bool ChatService::is_server_operator(const Participant& who) const {
  const Name* const account = who.account();
  return account != nullptr && is_server_operator_name(account->key);
}

bool ChatService::is_server_operator_name(const NameKey& key) const {
  const auto found = shared_->accounts.find(key);
  return found && (found->is_operator || shared_->is_operator_name(key));
}

bool ChatService::is_operator(const Participant& who, const Seat& seat) const {
  return seat.room()->room().is_operator(seat) || is_server_operator(who);
}

// ---- Who may have which name -------------------------------------------------------------------

/// Of a name that is no account's.
bool ChatService::may_have_name(Participant& who, const Name& name) {
  if (shared_->accounts.owner_of(name.key)) {
    refuse(who, "name-taken", fmt::format("The name {} looks like one that is taken.", name.text));
    return false;
  }
  if (shared_->is_operator_name(name.key) && !is_local(who)) {
    refuse(who, "name-taken", fmt::format("The name {} is kept for an operator.", name.text));
    return false;
  }
  return true;
}

bool ChatService::is_allowed(Participant& who, const NameKey& key) const {
  const AccessList& allowed = shared_->allowed.list();
  const std::int64_t now = wall_clock_ms();
  if (allowed.is_empty(now) || shared_->is_operator_name(key)) return true;
  if (allowed.find(key, now)) return true;
  return allowed.has_networks() &&
         allowed.find(Address::from_host(who.session().peer_host()), now).has_value();
}

ChatService::Newcomer ChatService::judge_newcomer(Participant& who, const Name& name) {
  if (turn_away(*this, who, name)) return Newcomer::turned_away;
  if (!may_have_name(who, name)) return Newcomer::refused;
  if (!is_allowed(who, name.key)) {
    refuse(who, "not-allowed", "Only who is on the list of this server comes in.");
    return Newcomer::refused;
  }
  // A name on the list is of use to whoever types it first, unless it has a password.
  const bool is_expected = shared_->allowed.list().find(name.key, wall_clock_ms()).has_value() ||
                           (options_.requires_login && shared_->is_operator_name(name.key));
  if (is_expected) return Newcomer::must_register;
  if (!options_.requires_login) return Newcomer::welcome;
  refuse(who, "login-required", "Only who has an account comes in here.");
  return Newcomer::refused;
}

// ---- Accounts ----------------------------------------------------------------------------------

bool ChatService::take_account_name(Participant& who, const Account& account) {
  const bool is_newcomer = !who.is_in();
  if (is_newcomer) {
    if (!lobby().claim_name(account.name.key, who)) return false;
    who.stop_expecting();
    who.set_name(account.name.text, account.name.key);
  } else if (who.name() != account.name.text && !rename_to(who, account.name)) {
    return false;
  }
  who.set_account(std::make_unique<Name>(account.name));
  is_newcomer ? enter(who) : tell_logged_in(who);
  return true;
}

void ChatService::tell_logged_in(Participant& who) {
  const auto account = shared_->accounts.find(who.account()->key);
  if (account) use_preferences(names(), who, account->preferences);
  who.tell(fmt::format("You are logged in as {}{}.", who.account()->text,
                       is_server_operator(who) ? ", and an operator of this server" : ""));
}

void ChatService::remember(Participant& who) {
  const Name* const account = who.account();
  if (account == nullptr) return;
  static_cast<void>(shared_->accounts.set_preferences(account->key, preferences_of(who)));
}

void ChatService::replace(Participant& who) {
  leave(who, {});
  who.finish(CloseReason::replaced, "You logged in from another connection. Goodbye! [replaced]");
}

// ---- Another name ------------------------------------------------------------------------------

void ChatService::rename(Participant& who, std::string_view raw) {
  if (raw.empty()) return refuse(who, "usage", "Say which name: /nick NAME");
  auto checked = names().check(raw);
  if (const auto* const fault = std::get_if<NameFault>(&checked)) {
    return refuse(who, "bad-name", sentence(*fault));
  }
  auto& name = std::get<Name>(checked);
  if (name.text == who.name()) {
    return refuse(who, "yourself", fmt::format("Your name is {} already.", name.text));
  }
  const auto owner = shared_->accounts.find(name.key);
  const bool is_own = owner && who.account() != nullptr && who.account()->key == owner->name.key;
  if (owner && !is_own) {
    return refuse(
        who, "name-taken",
        fmt::format("The name {} belongs to an account: /login {}", name.text, name.text));
  }
  if (turn_away(*this, who, name) || (!owner && !may_have_name(who, name))) return;
  if (!rename_to(who, name)) {
    refuse(who, "name-taken", fmt::format("The name {} is taken.", name.text));
  }
}

bool ChatService::rename_to(Participant& who, const Name& name) {
  if (!lobby().change_name(who.key(), name.key, who)) return false;
  const std::string before(who.name());
  who.set_name(name.text, name.key);
  who.for_each_seat([&](Seat& seat) {
    seat.room()->append(LineKind::rename, &seat, {before, " is now known as ", who.name(), "."});
  });
  who.tell(fmt::format("You are now known as {}.", who.name()));
  return true;
}

}  // namespace grotto
