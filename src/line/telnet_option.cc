#include "line/telnet_option.h"

namespace grotto {

TelnetOption::Answer TelnetOption::receive(bool yes, bool is_welcome) noexcept {
  switch (state_) {
    case State::no:
      if (!yes) return std::nullopt;
      return is_welcome ? become(State::yes, true) : Answer{false};
    case State::yes: return yes ? std::nullopt : become(State::no, false);
    case State::want_no: return become(State::no);  // a yes to our no: the peer is wrong, it is off
    case State::want_no_then_yes: return yes ? become(State::yes) : become(State::want_yes, true);
    case State::want_yes: return become(yes ? State::yes : State::no);
    case State::want_yes_then_no:
    default: break;
  }
  return yes ? become(State::want_no, false) : become(State::no);
}

TelnetOption::Answer TelnetOption::request(bool on) noexcept {
  switch (state_) {
    case State::no: return on ? become(State::want_yes, true) : std::nullopt;
    case State::yes: return on ? std::nullopt : become(State::want_no, false);
    case State::want_no:
    case State::want_no_then_yes: return become(on ? State::want_no_then_yes : State::want_no);
    case State::want_yes:
    case State::want_yes_then_no:
    default: break;
  }
  return become(on ? State::want_yes : State::want_yes_then_no);
}

}  // namespace grotto
