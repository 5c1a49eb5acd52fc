// Person state: small things of a person, written down for another process.
// Threads: as their owner's.
#pragma once

#include "grotto/state.h"
#include "room/line_form.h"

namespace grotto {

void save_look(const Look& look, StateWriter& state);
[[nodiscard]] Look read_look(StateReader& state) noexcept;

}  // namespace grotto
