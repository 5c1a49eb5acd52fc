#include "daemon/refusal_log.h"

namespace grotto {

void RefusalLog::note(const Address* peer, std::string_view why) {
  last_peer_ = peer == nullptr ? std::string() : peer->host();
  last_why_ = why;
  if (const auto count = gate_.pass(wheel_.now_ms())) {
    tell(*count);
  } else if (!is_armed()) {
    wheel_.arm(*this, 1'000);  // a burst that ends is told to its end
  }
}

void RefusalLog::on_timer() {
  if (const auto count = gate_.take_if_due(wheel_.now_ms())) {
    tell(*count);
  } else if (gate_.has_rest()) {
    wheel_.arm(*this, 100);
  }
}

void RefusalLog::tell(std::uint64_t count) {
  if (last_peer_.empty()) {
    log::warning("refused", {{"why", last_why_}, {"count", count}});
  } else {
    log::warning("refused", {{"peer", last_peer_}, {"why", last_why_}, {"count", count}});
  }
}

}  // namespace grotto
