// Live settings: what a reload may change while the server runs, and what needs a restart.
//
// Live is what is read at each event and belongs to one thread: a copy per worker, changed on the
// worker's own. What rooms share between threads, what sizes something once, and what is bound to
// sockets or files that are open is not.
// Threads: no state; any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/option_table.h"
#include "daemon/settings.h"

namespace grotto {

/// What would be otherwise under other settings.
struct Changes {
  struct Change {
    std::string key;       // "greeting"
    std::string from, to;  // as --print-config shows them; empty if it is what a file holds
  };
  std::vector<Change> now;            // takes effect
  std::vector<std::string> restarts;  // keys; they stay as they are until the next start
};

/// REQUIRES: both are resolved and of this program.
Changes compare_settings(const ProgramKind& program, const Settings& running,
                         const Settings& wanted);

/// The running settings with what is live of the wanted ones.
Settings with_live(const Settings& running, const Settings& wanted);

/// The flags of options that are live. For tests, and for what is said about them.
[[nodiscard]] bool is_live(std::string_view flag) noexcept;
std::vector<std::string_view> live_flags();

}  // namespace grotto
