// Opens the store that the settings ask for.
// Threads: main, before the workers run.
#pragma once

#include <memory>

#include "base/result.h"
#include "daemon/settings.h"
#include "store/history_store.h"

namespace grotto {

/// nullptr: nothing is kept on disk. Where nobody asked for a store by name, one that cannot be had
/// is a warning in the log, as is one of a newer version in any case; else it is an error (exit
/// status 73).
Result<std::shared_ptr<HistoryStore>> open_store(const Settings& settings);

/// `$STATE_DIRECTORY/grotto.db` (systemd.exec(5)), else `$XDG_STATE_HOME/grotto/grotto.db` (XDG
/// Base Directory Specification), else `~/.local/state/grotto/grotto.db`; empty if there is no
/// home.
std::string default_store_path();

}  // namespace grotto
