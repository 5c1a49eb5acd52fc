#include "daemon/admission.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace grotto {

std::string_view sentence(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::full: return "The server is full, try again later. [full]";
    case Verdict::queue_full:
      return "The server is full and too many wait already, try again later. [full]";
    case Verdict::per_address:
      return "Too many connections from your address. [too-many-connections]";
    case Verdict::denied: return "Your address is not allowed here. [not-allowed]";
    case Verdict::admitted:
    case Verdict::waits: break;
  }
  return "";
}

void Admission::change(const Limits& limits, Rules rules) {
  GROTTO_CHECK(limits.exempt == limits_.exempt);
  limits_ = limits;
  rules_ = std::move(rules);
}

bool Admission::is_allowed(const Address& peer) const noexcept {
  const auto contains = [&](const Network& network) { return network.contains(peer); };
  if (std::any_of(rules_.deny.begin(), rules_.deny.end(), contains)) return false;
  return rules_.allow.empty() || std::any_of(rules_.allow.begin(), rules_.allow.end(), contains);
}

Verdict Admission::decide(const Address& peer) {
  if (!is_allowed(peer)) return Verdict::denied;
  const bool is_exempt = limits_.is_exempt(peer);
  if (!is_exempt) {
    const auto found = by_address_.find(peer.limit_key());
    if (found != by_address_.end() && found->second >= limits_.clients_per_address) {
      return Verdict::per_address;
    }
  }
  Verdict verdict = Verdict::admitted;
  if (clients_ >= limits_.clients_max || waiting_ > 0) {
    if (!rules_.wait_turn) return Verdict::full;
    if (waiting_ >= limits_.waiting_max) return Verdict::queue_full;
    verdict = Verdict::waits;
  }
  if (!is_exempt) ++by_address_[peer.limit_key()];
  ++(verdict == Verdict::waits ? waiting_ : clients_);
  return verdict;
}

void Admission::forget_address(const Address& peer) noexcept {
  if (limits_.is_exempt(peer)) return;
  const auto found = by_address_.find(peer.limit_key());
  if (found != by_address_.end() && --found->second == 0) by_address_.erase(found);
}

void Admission::take_over(const Address& peer) {
  ++clients_;
  if (!limits_.is_exempt(peer)) ++by_address_[peer.limit_key()];
}

void Admission::left(const Address& peer) noexcept {
  --clients_;
  forget_address(peer);
}

void Admission::left_queue(const Address& peer) noexcept {
  --waiting_;
  forget_address(peer);
}

bool Admission::take_turn() noexcept {
  if (waiting_ == 0 || clients_ >= limits_.clients_max) return false;
  --waiting_;
  ++clients_;
  return true;
}

}  // namespace grotto
