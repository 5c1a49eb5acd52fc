// State folder: where a server keeps what outlives it, if it is told no other place.
// Threads: no state; reads the environment.
#pragma once

#include <string>

namespace grotto {

/// That of systemd ($STATE_DIRECTORY), else $XDG_STATE_HOME/grotto, else ~/.local/state/grotto;
/// empty if the environment names none.
[[nodiscard]] std::string state_folder();

}  // namespace grotto
