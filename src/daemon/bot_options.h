// Bot options: what --bot says, and what is wrong with it.
// Threads: no state; any.
#pragma once

#include <optional>
#include <string>

#include "daemon/option_table.h"
#include "daemon/settings.h"
#include "service/bots.h"

namespace grotto {

/// More than so many bots are refused.
inline constexpr std::size_t kBotsMax = 32;

/// Reads "NAME=COMMAND" and "NAME:ROOM=COMMAND". Returns what was expected if one is neither.
std::optional<std::string> set_bots(Settings& settings, const Texts& texts);

/// As set_bots() reads them.
Texts bot_texts(const Settings& settings);

/// What only all settings together show to be wrong with the bots: a sentence.
std::optional<std::string> fault_of_bots(const Settings& settings);

/// `bot` of the settings, as the chat has it.
BotSetting bot_setting(const Settings& settings, const BotChoice& bot);

}  // namespace grotto
