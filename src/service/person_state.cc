#include "service/person_state.h"

#include "service/personal.h"

namespace grotto {

void save_look(const Look& look, StateWriter& state) {
  state.flag(look.is_timed);
  state.flag(look.is_colored);
  state.flag(look.is_json);
  state.choice(look.framing);
}

Look read_look(StateReader& state) noexcept {
  Look look;
  look.is_timed = state.flag();
  look.is_colored = state.flag();
  look.is_json = state.flag();
  look.framing = state.choice(Framing::events);
  return look;
}

void Personal::save(StateWriter& state) const {
  state.choice(bell);
  state.flag(is_quiet);
  state.flag(is_away);
  state.text(away);
  state.text(written_by);
  state.number(writer);
  state.number(ignored_.size());
  for (const Name& each : ignored_) state.text(each.text);
}

void Personal::restore(StateReader& state) {
  bell = state.choice(Bell::on);
  is_quiet = state.flag();
  is_away = state.flag();
  away = state.text();
  written_by = state.text();
  writer = static_cast<std::uint32_t>(state.number());
  for (std::uint64_t left = state.number(); left > 0 && state.is_good(); --left) {
    static_cast<void>(ignore(names_.own(state.text())));
  }
}

}  // namespace grotto
