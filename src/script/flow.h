// Flow: which question comes next. Threads: pure functions.
#pragma once

#include <cstddef>

#include "script/script.h"

namespace grotto {

/// The first question that is to be asked; kScriptEnd if there is none.
[[nodiscard]] std::size_t first_ask(const Script& script, const Facts& facts);

/// The one after `ask` was answered (or left without an answer): by its gotos, else the next one
/// whose conditions hold.
[[nodiscard]] std::size_t next_ask(const Script& script, std::size_t ask, const Facts& facts);

/// `ask`, or the first after it whose conditions hold: where a goto has led.
[[nodiscard]] std::size_t ask_from(const Script& script, std::size_t ask, const Facts& facts);

}  // namespace grotto
