// The chapters of the telnet classes on upgrades: what another process needs to go on.
#include "grotto/state.h"
#include "line/telnet.h"

namespace grotto {

namespace {

void save(const std::bitset<256>& set, StateWriter& state) {
  state.number(set.count());
  for (std::size_t option = 0; option < set.size(); ++option) {
    if (set[option]) state.number(option);
  }
}

void restore(std::bitset<256>& set, StateReader& state) {
  for (std::uint64_t left = state.number(); left > 0 && state.is_good(); --left) {
    const std::uint64_t option = state.number();
    option < set.size() ? static_cast<void>(set.set(option)) : static_cast<void>(state.fail());
  }
}

}  // namespace

void TelnetCodec::save(StateWriter& state) const {
  state.choice(state_);
  state.number(verb_);
  state.number(sub_option_);
  state.flag(is_sub_too_long_);
  state.text(sub_);
}

void TelnetCodec::restore(StateReader& state) {
  state_ = state.choice(State::sub_iac);
  verb_ = static_cast<std::uint8_t>(state.number());
  sub_option_ = static_cast<std::uint8_t>(state.number());
  is_sub_too_long_ = state.flag();
  sub_ = state.text();
  if (sub_.size() > sub_bytes_max_) state.fail();
}

void Telnet::save(StateWriter& state) const {
  codec_.save(state);
  for (const TelnetOption* const option : {&echo_, &sga_, &naws_, &ttype_}) {
    state.number(option->saved());
  }
  grotto::save(refused_requests_, state);
  grotto::save(refused_offers_, state);
  state.number(columns_);
  state.number(rows_);
  state.text(terminal_);
  state.flag(is_started_);
  state.flag(is_hiding_);
}

void Telnet::restore(StateReader& state) {
  codec_.restore(state);
  for (TelnetOption* const option : {&echo_, &sga_, &naws_, &ttype_}) {
    if (!option->restore(state.number())) state.fail();
  }
  grotto::restore(refused_requests_, state);
  grotto::restore(refused_offers_, state);
  columns_ = static_cast<unsigned>(state.number());
  rows_ = static_cast<unsigned>(state.number());
  terminal_ = state.text();
  is_started_ = state.flag();
  is_hiding_ = state.flag();
}

}  // namespace grotto
